using System.Globalization;

namespace KdCluster.SoftTargets;

/// <summary>The shape of an output for one instance, symbolic in the instance's length: <c>[classes]</c>, <c>[length, width]</c>, <c>[heads, length, length]</c>.</summary>
public sealed class OutputShape : IEquatable<OutputShape>
{
    /// <summary>Stands for the instance's length.</summary>
    public const int Length = -1;

    private readonly int[] _dimensions;

    /// <param name="dimensions">At least one; each above 0, or <see cref="Length"/>.</param>
    public OutputShape(params ReadOnlySpan<int> dimensions)
    {
        if (dimensions.IsEmpty || dimensions.ContainsAnyExceptInRange(Length, int.MaxValue) || dimensions.Contains(0))
            throw new ArgumentException("an output has one dimension or more, each above 0 or the instance's length", nameof(dimensions));
        _dimensions = dimensions.ToArray();
    }

    /// <summary>The dimensions; <see cref="Length"/> stands for the instance's length.</summary>
    public IReadOnlyList<int> Dimensions => _dimensions;

    /// <summary>Whether instances of different lengths have rows of different sizes.</summary>
    public bool Varies => _dimensions.Contains(Length);

    /// <summary>Numbers in the row of an instance.</summary>
    /// <param name="length">Of the instance.</param>
    public long Size(int length)
    {
        long size = 1;
        foreach (int d in _dimensions)
            size = checked(size * (d == Length ? length : d));
        return size;
    }

    /// <summary>The shape of the row of an instance.</summary>
    public long[] At(int length) => Array.ConvertAll(_dimensions, d => (long)(d == Length ? length : d));

    /// <summary>Takes the row of an instance out of that of the instance padded to more.</summary>
    /// <param name="padded">Row-major, at length <paramref name="paddedLength"/>.</param>
    /// <param name="paddedLength">At least <paramref name="length"/>.</param>
    /// <param name="length">The instance's own.</param>
    /// <param name="row">Row-major, at length <paramref name="length"/>: written.</param>
    public void Crop(ReadOnlySpan<float> padded, int paddedLength, int length, Span<float> row) => Crop(0, padded, paddedLength, length, row);

    /// <summary>Puts the row of an instance into that of the instance padded to more; what is beyond it is left as it is.</summary>
    /// <param name="row">Row-major, at length <paramref name="length"/>.</param>
    /// <param name="length">The instance's own.</param>
    /// <param name="paddedLength">At least <paramref name="length"/>.</param>
    /// <param name="padded">Row-major, at length <paramref name="paddedLength"/>: written.</param>
    public void Pad(ReadOnlySpan<float> row, int length, int paddedLength, Span<float> padded) => Pad(0, row, length, paddedLength, padded);

    /// <inheritdoc/>
    public bool Equals(OutputShape? other) => other is not null && _dimensions.AsSpan().SequenceEqual(other._dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as OutputShape);

    /// <inheritdoc/>
    public override int GetHashCode() => _dimensions.Aggregate(0, HashCode.Combine);

    /// <summary>Such as <c>[length, 64]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", _dimensions.Select(d => d == Length ? "length" : d.ToString(CultureInfo.InvariantCulture)))}]";

    private void Crop(int dimension, ReadOnlySpan<float> padded, int paddedLength, int length, Span<float> row)
    {
        if (!VariesFrom(dimension))
        {
            padded[..row.Length].CopyTo(row);
            return;
        }

        (int count, int large, int small) = Inner(dimension, paddedLength, length);
        for (int i = 0; i < count; i++)
            Crop(dimension + 1, padded.Slice(i * large, large), paddedLength, length, row.Slice(i * small, small));
    }

    private void Pad(int dimension, ReadOnlySpan<float> row, int length, int paddedLength, Span<float> padded)
    {
        if (!VariesFrom(dimension))
        {
            row.CopyTo(padded);
            return;
        }

        (int count, int large, int small) = Inner(dimension, paddedLength, length);
        for (int i = 0; i < count; i++)
            Pad(dimension + 1, row.Slice(i * small, small), length, paddedLength, padded.Slice(i * large, large));
    }

    private bool VariesFrom(int dimension) => _dimensions.AsSpan(dimension).Contains(Length);

    // Entries of a dimension that an unpadded row has, and the numbers of each, padded and not.
    private (int Count, int Large, int Small) Inner(int dimension, int paddedLength, int length)
    {
        (int large, int small) = (1, 1);
        foreach (int d in _dimensions.AsSpan(dimension + 1))
            (large, small) = (large * (d == Length ? paddedLength : d), small * (d == Length ? length : d));
        return (_dimensions[dimension] == Length ? length : _dimensions[dimension], large, small);
    }
}
