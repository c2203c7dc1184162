namespace KdCluster.Bench;

/// <summary>What a piece of work took: wall time, and the processor time of all threads of the process.</summary>
/// <param name="Wall">Seconds.</param>
/// <param name="Processor">Seconds on all cores together.</param>
internal readonly record struct Cost(double Wall, double Processor)
{
    /// <summary>Does the work and measures it. What it leaves to background threads beyond its end is not counted.</summary>
    public static async Task<Cost> OfAsync(Func<Task> work)
    {
        CostClock clock = CostClock.Start();
        await work().ConfigureAwait(false);
        return clock.Read();
    }

    /// <inheritdoc cref="OfAsync"/>
    public static Cost Of(Action work)
    {
        CostClock clock = CostClock.Start();
        work();
        return clock.Read();
    }

    public static Cost operator /(Cost cost, double parts) => new(cost.Wall / parts, cost.Processor / parts);

    public static Cost operator +(Cost a, Cost b) => new(a.Wall + b.Wall, a.Processor + b.Processor);
}
