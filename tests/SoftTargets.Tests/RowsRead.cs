namespace KdCluster.Tests;

/// <summary>What a store says while it checks its rows.</summary>
internal sealed class RowsRead : IProgress<long>
{
    public long Sum { get; private set; }

    public int Times { get; private set; }

    public void Report(long value) => (Sum, Times) = (Sum + value, Times + 1);
}
