namespace KdCluster.Bench;

/// <summary>
/// Two pieces of work in turn, many times, the order changing from pair to pair: what disturbs the machine disturbs both, and a ratio
/// of neighbours says more than a ratio of means.
/// </summary>
/// <param name="pairs">How many pairs, unless the time runs out.</param>
/// <param name="budget">No further pair is begun after this long, once <see cref="Fewest"/> are done.</param>
/// <param name="warmUp">Pairs are thrown away for so long, at least one and at most <see cref="MostThrownAway"/>: code is compiled again while it is used for the first time.</param>
/// <param name="time">The clock of the budget.</param>
internal sealed class PairedTiming(int pairs, TimeSpan budget, TimeSpan warmUp, TimeProvider time)
{
    private const int MostThrownAway = 100;

    /// <summary>Pairs that are measured however long they take: fewer give no interval.</summary>
    public const int Fewest = 5;

    /// <summary>Measures.</summary>
    /// <param name="work">What is judged. Told the number of the pair, from 0; those thrown away are negative.</param>
    /// <param name="reference">What it is judged against.</param>
    /// <param name="cancellationToken">Stops between the parts of a pair.</param>
    public async Task<PairedCosts> MeasureAsync(Func<int, Task<Cost>> work, Func<int, Task<Cost>> reference, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        int thrownAway = 0;
        do
            await PairAsync(--thrownAway, work, reference, cancellationToken).ConfigureAwait(false);
        while (thrownAway > -MostThrownAway && time.GetElapsedTime(start) < warmUp);

        var costs = new List<(Cost Work, Cost Reference)>();
        while (costs.Count < pairs && (costs.Count < Fewest || time.GetElapsedTime(start) <= budget))
            costs.Add(await PairAsync(costs.Count, work, reference, cancellationToken).ConfigureAwait(false));
        return new PairedCosts(costs);
    }

    /// <inheritdoc cref="MeasureAsync(Func{int, Task{Cost}}, Func{int, Task{Cost}}, CancellationToken)"/>
    public Task<PairedCosts> MeasureAsync(Action work, Action reference, CancellationToken cancellationToken) =>
        MeasureAsync(_ => Task.FromResult(Cost.Of(work)), _ => Task.FromResult(Cost.Of(reference)), cancellationToken);

    private static async Task<(Cost Work, Cost Reference)> PairAsync(int pair, Func<int, Task<Cost>> work, Func<int, Task<Cost>> reference, CancellationToken cancellationToken)
    {
        Cost a = default, b = default;
        foreach (bool first in (bool[])[pair % 2 != 0, pair % 2 == 0])
        {
            cancellationToken.ThrowIfCancellationRequested();
            GC.Collect();
            if (first)
                a = await work(pair).ConfigureAwait(false);
            else
                b = await reference(pair).ConfigureAwait(false);
        }

        return (a, b);
    }
}
