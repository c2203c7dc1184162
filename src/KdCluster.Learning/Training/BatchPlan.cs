namespace KdCluster.Learning.Training;

/// <summary>
/// Names the rows of every batch: a pure function of (seed, epoch, step), so that any process can replay it. An epoch is a permutation of all rows;
/// inside windows of several batches rows are sorted by length, so that a batch holds rows of like length and little padding, and the
/// window's batches are shuffled again. The last, partial batch is kept. Used by one thread.
/// </summary>
public sealed class BatchPlan
{
    private readonly long _seed;
    private readonly int _window;
    private readonly int[] _lengths;
    private int _epoch = -1;
    private int[][] _batches = [];

    /// <summary>Plans over rows of known lengths.</summary>
    /// <param name="seed">Chooses the permutations.</param>
    /// <param name="lengths">Tokens in each row; one entry per row, at least one.</param>
    /// <param name="batchSize">Rows in a batch, at least 1.</param>
    /// <param name="windowBatches">Batches in a bucketing window; 1 or less is no bucketing.</param>
    public BatchPlan(long seed, int[] lengths, int batchSize, int windowBatches = 32)
    {
        ArgumentOutOfRangeException.ThrowIfZero(lengths.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        _seed = seed;
        _lengths = lengths;
        BatchSize = batchSize;
        _window = Math.Max(windowBatches, 1);
    }

    /// <summary>Rows in a full batch.</summary>
    public int BatchSize { get; }

    /// <summary>Batches in an epoch, the partial one included.</summary>
    public int StepsPerEpoch => (_lengths.Length + BatchSize - 1) / BatchSize;

    /// <summary>Row numbers of one batch; treat them as read-only.</summary>
    /// <param name="epoch">0 or more.</param>
    /// <param name="step">0 up to but not including <see cref="StepsPerEpoch"/>.</param>
    public int[] Rows(int epoch, int step)
    {
        if (epoch != _epoch)
        {
            _batches = Plan(epoch);
            _epoch = epoch;
        }

        return _batches[step];
    }

    private int[][] Plan(int epoch)
    {
        int[] rows = new int[_lengths.Length];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = i;
        Shuffle<int>(rows, RandomStream.Rows, epoch, 0);

        var batches = new int[StepsPerEpoch][];
        int windowRows = _window * BatchSize;
        for (int start = 0, batch = 0; start < rows.Length; start += windowRows)
        {
            Span<int> window = rows.AsSpan(start, Math.Min(windowRows, rows.Length - start));
            if (_window > 1)
                SortByLength(window);
            int first = batch;
            for (int at = 0; at < window.Length; at += BatchSize)
                batches[batch++] = window.Slice(at, Math.Min(BatchSize, window.Length - at)).ToArray();
            if (_window > 1)
                Shuffle(batches.AsSpan(first, batch - first), RandomStream.Batches, epoch, start);
        }

        return batches;
    }

    // The position in the permutation breaks ties: library sorts are not stable, and their order may change between versions.
    private void SortByLength(Span<int> window)
    {
        var keys = new long[window.Length];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = ((long)_lengths[window[i]] << 32) | (uint)i;
        Array.Sort(keys);
        int[] rows = window.ToArray();
        for (int i = 0; i < keys.Length; i++)
            window[i] = rows[(uint)keys[i]];
    }

    // Fisher–Yates, from the end; the draw for place i depends on (seed, epoch, offset + i) alone.
    private void Shuffle<T>(Span<T> items, RandomStream stream, int epoch, int offset)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = CounterRandom.Below(i + 1, _seed, stream, epoch, (long)offset + i);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
