namespace KdCluster.Instances;

/// <summary>An input tensor without its numbers: what a model takes, and what all instances of a data set share.</summary>
/// <param name="Name">Such as <c>ids</c> or <c>pixels</c>.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes for one instance; <see cref="Varies"/> where instances differ.</param>
public sealed record TensorLayout(string Name, TensorType Type, IReadOnlyList<int> Shape)
{
    /// <summary>A size that is each instance's own.</summary>
    public const int Varies = -1;

    /// <summary>Token ids: int32 [length].</summary>
    public static TensorLayout Ids { get; } = new("ids", TensorType.Int32, [Varies]);

    /// <summary>Token types, beside <see cref="Ids"/>: int32 [length].</summary>
    public static TensorLayout Types { get; } = new("types", TensorType.Int32, [Varies]);

    /// <summary>Bytes of one element.</summary>
    public int ElementBytes => Type == TensorType.UInt8 ? 1 : 4;

    /// <summary>Bytes of one instance; null where they are each instance's own.</summary>
    public long? Bytes => Shape.Contains(Varies) ? null : Shape.Aggregate((long)ElementBytes, (bytes, size) => bytes * size);

    /// <summary>Whether a tensor of this layout fits another's description, whose sizes may vary.</summary>
    public bool Fits(TensorLayout wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return Name == wanted.Name && Type == wanted.Type && Shape.Count == wanted.Shape.Count
            && Shape.Zip(wanted.Shape).All(s => s.Second == Varies ? s.First >= 0 : s.First == s.Second);
    }

    /// <inheritdoc/>
    public bool Equals(TensorLayout? other) => other is not null && Name == other.Name && Type == other.Type && Shape.SequenceEqual(other.Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Type, Shape.Count);

    /// <summary><c>pixels uint8 [3, 32, 32]</c>.</summary>
    public override string ToString() => $"{Name} {Type.ToString().ToLowerInvariant()} [{string.Join(", ", Shape.Select(s => s == Varies ? "length" : FormattableString.Invariant($"{s}")))}]";
}
