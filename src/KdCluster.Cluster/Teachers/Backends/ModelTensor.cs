namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>An output of a model of another make, as the model has it.</summary>
/// <param name="Name">The model's name for it.</param>
/// <param name="IsSingle">Whether its numbers are float32.</param>
/// <param name="Sizes">Of a batch; 0 or less: open.</param>
internal sealed record ModelTensor(string Name, bool IsSingle, IReadOnlyList<int> Sizes)
{
    /// <summary>For people.</summary>
    public override string ToString() => $"{Name} {(IsSingle ? "" : "(not float32) ")}[{string.Join(", ", Sizes.Select(s => s > 0 ? $"{s}" : "open"))}]";
}
