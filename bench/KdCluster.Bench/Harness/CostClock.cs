using System.Diagnostics;

namespace KdCluster.Bench;

/// <summary>A measurement under way.</summary>
/// <param name="Since">Wall clock at its start.</param>
/// <param name="Processor">Processor time at its start.</param>
internal readonly record struct CostClock(long Since, TimeSpan Processor)
{
    public static CostClock Start() => new(Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);

    /// <summary>What it took up to now.</summary>
    public Cost Read()
    {
        TimeSpan processor = Environment.CpuUsage.TotalTime - Processor;
        return new Cost(Stopwatch.GetElapsedTime(Since).TotalSeconds, processor.TotalSeconds);
    }
}
