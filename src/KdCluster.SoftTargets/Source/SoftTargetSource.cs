using KdCluster.Instances;
using KdCluster.SoftTargets.Source;
using KdCluster.Teachers;

namespace KdCluster.SoftTargets;

/// <summary>
/// The soft targets of one run: from the run's memory, else from the store, else from the teachers, several batches ahead of
/// the student. Nothing is asked for twice: rows on their way are waited for, and rows seen once stay decoded in memory, up to a
/// limit for all teachers together, so that later epochs meet neither store nor teacher.
/// </summary>
/// <remarks>
/// Thread-safe; several streams share the memory. In a batch's counts a row × teacher is in
/// <see cref="SoftTargetBatch.TeacherRows"/> if it was computed for this batch, and in <see cref="SoftTargetBatch.StoreHits"/> if its numbers
/// came from the store, for this batch or an earlier one; what was computed for an earlier one and held in memory is in neither. Teachers write what they compute; where they do so into another store, the
/// source writes it to this one as well (ADR 3).
/// </remarks>
public sealed class SoftTargetSource : ISoftTargetSource, IDisposable
{
    /// <summary>Decoded rows kept per run by default: 256 MiB.</summary>
    public const long DefaultMemory = 256L << 20;

    private readonly TeacherFeed[] _feeds;
    private readonly int? _embedding;
    private readonly (int Teacher, int Output, TeacherOutput What)[] _others;
    private readonly int[] _answers;
    private readonly int _embeddingPlace;
    private readonly int _classes;
    private readonly int _prefetch;
    private readonly TimeProvider _time;
    private readonly FetchTotals _totals = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Makes a source over teachers; nothing is asked of them yet.</summary>
    /// <param name="store">Asked first.</param>
    /// <param name="teachers">In the recipe's order.</param>
    /// <param name="inputs">Per teacher the rows as its model gets them; teachers whose inputs are made in the same way are best given the same list, whose fingerprints are then computed once.</param>
    /// <param name="embedding">Which teacher's embedding is R(x); null: none is fetched.</param>
    /// <param name="prefetch">Batches begun ahead of the student, at least 1.</param>
    /// <param name="time">Measures <see cref="ISoftTargetStream.Stall"/>; the system's when null.</param>
    /// <param name="memory">Bytes of decoded rows kept.</param>
    /// <param name="outputs">Per teacher the names of the outputs that are asked for; null: the logits, or the score, of each.</param>
    /// <exception cref="KdException"><c>KD1305</c>: an output is not served. <c>KD1307</c>: the teachers' label spaces differ.</exception>
    public SoftTargetSource(
        ISoftTargetStore store, IReadOnlyList<ITeacherClient> teachers, IReadOnlyList<IReadOnlyList<InstanceView>> inputs, int? embedding, int prefetch,
        TimeProvider? time = null, long memory = DefaultMemory, IReadOnlyList<IReadOnlyList<string>>? outputs = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(inputs.Count, teachers.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(prefetch, 1);
        Teachers = [.. teachers.Select(t => t.Description)];
        Refuse(Teachers);
        _embedding = embedding;
        _prefetch = prefetch;
        _time = time ?? TimeProvider.System;
        var kept = new RowMemory(memory);
        Dictionary<object, EncodedInputs> encoded = inputs.Distinct(ReferenceEqualityComparer.Instance).ToDictionary(
            i => i!, i => new EncodedInputs((IReadOnlyList<InstanceView>)i!), ReferenceEqualityComparer.Instance);
        _feeds = [.. teachers.Select((teacher, t) => new TeacherFeed(
            store, teacher, encoded[inputs[t]], Wanted(outputs?[t] ?? [teacher.Description.Answer], t == embedding), kept, _totals, _stopping.Token))];
        // An answer for each token has a row of its own length, as what layers say has.
        _answers = [.. _feeds.Select((f, t) => Teachers[t].Answer == OutputNames.TokenLogits ? -1 : Place(f, Teachers[t].Answer))];
        _embeddingPlace = embedding is { } seen ? Place(_feeds[seen], OutputNames.Embedding) : -1;
        _others = [.. _feeds.SelectMany((f, t) => f.Outputs.Select((o, k) => (t, k, o)).Where(o => (o.o.Output != Teachers[t].Answer || o.o.Output == OutputNames.TokenLogits) && !(t == embedding && o.o.Output == OutputNames.Embedding && outputs?[t].Contains(OutputNames.Embedding) != true)))];
        _classes = Teachers.Count > 0 ? Teachers[0].Labels.Count : 0;
        EmbeddingWidth = embedding is { } e ? Teachers[e].Output(OutputNames.Embedding).Set().Width : 0;
    }

    /// <inheritdoc/>
    public IReadOnlyList<TeacherDescription> Teachers { get; }

    /// <inheritdoc/>
    public int EmbeddingWidth { get; }

    /// <summary>What was fetched so far.</summary>
    public SoftTargetCounters Counters => _totals.Read();

    /// <inheritdoc/>
    public ISoftTargetStream Open(IEnumerable<int[]> batches, CancellationToken cancellationToken) =>
        new SoftTargetStream(this, batches, _prefetch, _time, cancellationToken);

    /// <summary>Has everything computed that the store does not hold.</summary>
    /// <param name="progress">Told after each request.</param>
    /// <param name="cancellationToken">Stops after the requests under way.</param>
    /// <returns>The last progress.</returns>
    /// <exception cref="KdException"><c>KD1306</c>: a teacher could not be reached within its retries.</exception>
    public async Task<WarmingProgress> WarmAsync(IProgress<WarmingProgress>? progress, CancellationToken cancellationToken)
    {
        var gate = new Lock();
        int[][] rows = [.. _feeds.Select(f => f.DistinctRows.ToArray())];
        var now = new WarmingProgress(0, rows.Sum(r => (long)r.Length), 0, 0);
        await Task.WhenAll(_feeds.Select((feed, t) => Parallel.ForEachAsync(
            rows[t].Chunk(feed.RequestRows),
            new ParallelOptions { MaxDegreeOfParallelism = feed.Concurrency, CancellationToken = cancellationToken },
            async (chunk, stop) =>
            {
                var places = new (RowRequest Request, int Index)[chunk.Length];
                feed.Enqueue(chunk, places);
                Fetch();
                await Task.WhenAll(places.Select(p => p.Request.Done).Distinct()).WaitAsync(stop).ConfigureAwait(false);
                int kept = places.Count(p => p.Request.IsKept(p.Index));
                lock (gate)
                {
                    now = now with { Done = now.Done + chunk.Length, TeacherRows = now.TeacherRows + chunk.Length - kept, StoreHits = now.StoreHits + kept };
                    progress?.Report(now);
                }
            }))).ConfigureAwait(false);
        return now;
    }

    /// <summary>Asks the store for every row: how many rows × teachers it gives, and how many there are.</summary>
    public async Task<(long Kept, long Total)> CountKeptAsync(CancellationToken cancellationToken)
    {
        (long kept, long total) = (0, 0);
        foreach (TeacherFeed feed in _feeds)
        {
            foreach (int[] rows in feed.DistinctRows.Chunk(4 * feed.RequestRows))
            {
                cancellationToken.ThrowIfCancellationRequested();
                kept += await feed.CountKeptAsync(rows).ConfigureAwait(false);
                total += rows.Length;
            }
        }

        return (kept, total);
    }

    /// <summary>Cancels what is under way.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    /// <summary>Has what was begun fetched. One piece of work for all teachers: waking a thread costs more than a store in this process does.</summary>
    internal void Fetch()
    {
        List<TeacherFeed>? idle = null;
        foreach (TeacherFeed feed in _feeds)
        {
            for (int more = feed.Claim(); more > 0; more--)
                (idle ??= []).Add(feed);
        }

        if (idle is not null)
            _ = Task.Run(() => idle.ForEach(feed => _ = feed.WorkAsync()), CancellationToken.None); // What goes wrong is told to those who wait for rows.
    }

    /// <summary>Begins a batch; <see cref="Fetch"/> is to follow.</summary>
    internal BatchHandle Begin(int[] instances)
    {
        var places = new (RowRequest, int)[_feeds.Length][];
        List<RowRequest> begun = [];
        for (int t = 0; t < _feeds.Length; t++)
        {
            places[t] = new (RowRequest, int)[instances.Length];
            if (_feeds[t].Enqueue(instances, places[t]) is { } fresh)
                begun.Add(fresh);
        }

        return new BatchHandle(instances, places, [.. begun]);
    }

    internal void End(BatchHandle handle)
    {
        for (int t = 0; t < _feeds.Length; t++)
            _feeds[t].Withdraw(handle.Places[t]);
    }

    internal SoftTargetBatch Assemble(BatchHandle handle)
    {
        int n = handle.Instances.Length;
        float[] logits = new float[_feeds.Length * n * _classes];
        float[] embedding = new float[n * EmbeddingWidth];
        int kept = 0;
        for (int t = 0; t < _feeds.Length; t++)
        {
            for (int i = 0; i < n; i++)
            {
                (RowRequest request, int index) = handle.Places[t][i];
                kept += request.IsKept(index) ? 1 : 0;
                if (_answers[t] >= 0)
                    request.Values(_answers[t], index).CopyTo(logits.AsMemory(((t * n) + i) * _classes));
                if (t == _embedding)
                    request.Values(_embeddingPlace, index).CopyTo(embedding.AsMemory(i * EmbeddingWidth));
            }
        }

        return new SoftTargetBatch
        {
            Instances = handle.Instances,
            Logits = logits,
            Embedding = embedding,
            Outputs = Array.ConvertAll(_others, o => Rows(handle, o.Teacher, o.Output, o.What)),
            StoreHits = kept,
            TeacherRows = handle.Begun.Sum(a => a.Rows.Length - a.StoreHits),
        };
    }

    private OutputRows Rows(BatchHandle handle, int teacher, int output, TeacherOutput what) => new(
        teacher, what.Output, what.Shape, Array.ConvertAll(handle.Instances, _feeds[teacher].Length), Array.ConvertAll(handle.Places[teacher], p => p.Request.Values(output, p.Index)));

    private static string[] Wanted(IReadOnlyList<string> outputs, bool embeds) => [.. embeds ? outputs.Append(OutputNames.Embedding).Distinct() : outputs];

    private static int Place(TeacherFeed feed, string output)
    {
        for (int k = 0; k < feed.Outputs.Count; k++)
        {
            if (feed.Outputs[k].Output == output)
                return k;
        }

        return -1;
    }

    private static void Refuse(IReadOnlyList<TeacherDescription> teachers)
    {
        KdError[] errors = [.. teachers.Where(t => t.LabelSpace != teachers[0].LabelSpace).Select(t => new KdError(
            "KD1307", $"its label space {t.LabelSpace} is not that of teacher {teachers[0].Name}, {teachers[0].LabelSpace}.", $"teacher {t.Name}",
            "All teachers of a run must be trained on the same labels in the same order."))];
        if (errors.Length > 0)
            throw new KdException(errors);
    }
}
