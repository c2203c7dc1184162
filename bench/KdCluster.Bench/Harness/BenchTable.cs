namespace KdCluster.Bench;

/// <summary>Every bench, in the order of the design's numbers. Memory comes first: what others leave in the heap would hide its growth.</summary>
internal static class BenchTable
{
    public static readonly IReadOnlyList<IBench> All =
    [
        new MemoryBench(),
        new WarmEpochBench(),
        new ColdEpochBench(),
        new GrpcRowsBench(),
        new BackendRowsBench(),
        new PoolRowsBench(),
        new RunSpreadBench(),
        new RedisGetBench(),
        new WeightingShareBench(),
        new StudentStepBench(),
        new LocalStoreBench(),
    ];
}
