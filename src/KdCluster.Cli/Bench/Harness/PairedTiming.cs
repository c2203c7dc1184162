namespace KdCluster.Cli.Bench;

/// <summary>
/// Two pieces of work in turn, many times, the order changing from pair to pair: what disturbs the machine disturbs both, and a ratio
/// of neighbours says more than a ratio of means.
/// </summary>
/// <param name="pairs">How many pairs, unless the time runs out.</param>
/// <param name="budget">No further pair is begun after this long, once <see cref="Fewest"/> are done.</param>
/// <param name="time">The clock of the budget.</param>
internal sealed class PairedTiming(int pairs, TimeSpan budget, TimeProvider time)
{
    /// <summary>Pairs that are measured however long they take: fewer give no interval.</summary>
    public const int Fewest = 5;

    /// <summary>Measures; one pair before the first is thrown away.</summary>
    /// <param name="work">What is judged. Told the number of the pair, from 0; the one thrown away is -1.</param>
    /// <param name="reference">What it is judged against.</param>
    /// <param name="cancellationToken">Stops between the parts of a pair.</param>
    public async Task<PairedCosts> MeasureAsync(Func<int, Task<Cost>> work, Func<int, Task<Cost>> reference, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        var costs = new List<(Cost Work, Cost Reference)>();
        for (int pair = -1; pair < pairs; pair++)
        {
            if (pair >= Fewest && time.GetElapsedTime(start) > budget)
                break;
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

            if (pair >= 0)
                costs.Add((a, b));
        }

        return new PairedCosts(costs);
    }

    /// <inheritdoc cref="MeasureAsync(Func{int, Task{Cost}}, Func{int, Task{Cost}}, CancellationToken)"/>
    public Task<PairedCosts> MeasureAsync(Action work, Action reference, CancellationToken cancellationToken) =>
        MeasureAsync(_ => Task.FromResult(Cost.Of(work)), _ => Task.FromResult(Cost.Of(reference)), cancellationToken);
}
