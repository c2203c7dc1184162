using System.Diagnostics;
using KdCluster.Instances;
using KdCluster.Teachers;

namespace KdCluster.SoftTargets.Source;

/// <summary>
/// The rows of one teacher: from the run's memory, else from the store, else from the teacher. A row is asked for once, however many
/// batches and streams want it. Rows wanted while requests are under way join the next one.
/// </summary>
internal sealed class TeacherFeed(ISoftTargetStore store, ITeacherClient client, EncodedInputs inputs, string[] outputs, RowMemory memory, FetchTotals totals, CancellationToken stopping)
{
    /// <summary>Bytes of inputs in one request at most, unless one row alone has more.</summary>
    public const long MostInputBytes = 8 << 20;

    private const int MostRows = 256;
    private const long MostBytes = 64 << 20;

    private readonly Lock _gate = new();
    private readonly TeacherOutput[] _outputs = [.. outputs.Select(client.Description.Output)];
    // Fewer where rows are large, so that a request stays of a size that is taken in one piece.
    private readonly int _requestRows =
        (int)Math.Clamp(MostBytes / Math.Max(1, outputs.Sum(o => client.Description.Output(o).Shape.Size(client.Description.MaxLength)) * sizeof(float)), 1, MostRows);

    private readonly RowRequest?[] _requests = new RowRequest?[inputs.Views.Count];
    private readonly int[] _index = new int[inputs.Views.Count];
    private readonly Queue<RowRequest> _waiting = new();
    private int _waitingRows;
    private int _working;

    public TeacherDescription Description => client.Description;

    /// <summary>What is asked of the teacher.</summary>
    public IReadOnlyList<TeacherOutput> Outputs => _outputs;

    /// <summary>Tokens of a training row, as this teacher gets it.</summary>
    public int Length(int row) => inputs.Views.LengthOf(row);

    /// <summary>Requests worth having under way.</summary>
    public int Concurrency => client.Concurrency;

    /// <summary>Rows that are worth asking for together: fewer where they are large.</summary>
    public int RequestRows => _requestRows;

    /// <summary>Distinct rows there are.</summary>
    public IEnumerable<int> DistinctRows => inputs.First.Where((first, row) => first == row);

    /// <summary>Where the rows' numbers are or will be. What is asked again waits for <see cref="Claim"/>.</summary>
    /// <param name="rows">Row numbers; may repeat.</param>
    /// <param name="places">One per row.</param>
    /// <returns>The request that this call began, null when every row was known or asked for already.</returns>
    public RowRequest? Enqueue(ReadOnlySpan<int> rows, Span<(RowRequest Request, int Index)> places)
    {
        RowRequest? fresh = null;
        lock (_gate)
        {
            int[] first = inputs.First, asked = new int[rows.Length];
            int count = 0;
            for (int i = 0; i < rows.Length; i++)
            {
                int row = first[rows[i]];
                if (_requests[row] is not { } request)
                {
                    (_requests[row], _index[row]) = (request = fresh ??= new RowRequest(), count);
                    asked[count++] = row;
                }

                places[i] = (request, _index[row]);
                if (!request.Done.IsCompleted)
                    request.Wanted++;
            }

            if (fresh is not null)
            {
                fresh.Rows = asked[..count];
                _waiting.Enqueue(fresh);
                _waitingRows += count;
            }
        }

        return fresh;
    }

    /// <summary>How many more workers what waits is worth; each is to be started with <see cref="WorkAsync"/>.</summary>
    public int Claim()
    {
        lock (_gate)
        {
            int more = Math.Clamp((_waitingRows + _requestRows - 1) / _requestRows, 0, Math.Max(0, client.Concurrency - _working));
            _working += more;
            return more;
        }
    }

    /// <summary>A stream that wanted these rows has ended.</summary>
    public void Withdraw(ReadOnlySpan<(RowRequest Request, int Index)> places)
    {
        lock (_gate)
        {
            foreach ((RowRequest request, _) in places)
                request.Wanted--;
        }
    }

    /// <summary>Lets the rows go; who holds the request may still read them.</summary>
    public void Forget(RowRequest request)
    {
        lock (_gate)
        {
            foreach (int row in request.Rows)
            {
                if (_requests[row] == request)
                    _requests[row] = null;
            }
        }
    }

    /// <summary>How many of the rows the store gives when it is asked now.</summary>
    public async Task<int> CountKeptAsync(int[] rows)
    {
        InstanceFingerprint[] keys = Array.ConvertAll(rows, r => inputs.Keys[r]);
        RowLayout[] layouts = Layouts(rows);
        bool[] found = await AskStoreAsync(keys, layouts, Array.ConvertAll(layouts, l => new byte[l.Bytes])).ConfigureAwait(false);
        return found.Count(f => f);
    }

    /// <summary>Fetches until nothing waits. Never fails: what does is told to the asks.</summary>
    public async Task WorkAsync()
    {
        while (NextGroup() is { } group)
        {
            try
            {
                await FetchAsync(group).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Exception told = e is KdException or OperationCanceledException ? e : new KdException(
                    "KD1306", $"the teacher could not be asked: {e.Message}", $"teacher {Description.Name}", "Check that its silo runs and is reachable, then resume the run.", e);
                foreach (RowRequest request in group)
                {
                    Forget(request);
                    request.Fail(told);
                }
            }
        }
    }

    private List<RowRequest>? NextGroup()
    {
        lock (_gate)
        {
            List<RowRequest> group = [];
            int rows = 0;
            while (_waiting.TryPeek(out RowRequest? request) && (group.Count == 0 || rows + request.Rows.Length <= _requestRows))
            {
                _waiting.Dequeue();
                _waitingRows -= request.Rows.Length;
                if (request.Wanted <= 0)
                {
                    Forget(request);
                    request.Fail(new OperationCanceledException());
                    continue;
                }

                group.Add(request);
                rows += request.Rows.Length;
            }

            if (group.Count > 0)
                return group;
            _working--;
            return null;
        }
    }

    private async Task FetchAsync(List<RowRequest> group)
    {
        int[] rows = group.Count == 1 ? group[0].Rows : [.. group.SelectMany(a => a.Rows)];
        InstanceFingerprint[] keys = Array.ConvertAll(rows, r => inputs.Keys[r]);
        RowLayout[] layouts = Layouts(rows);
        byte[][] bytes = Array.ConvertAll(layouts, l => new byte[l.Bytes]);
        using Activity? span = SoftTargetSpans.Fetch(Description.Name, rows.Length);
        bool[] found = await AskStoreAsync(keys, layouts, bytes).ConfigureAwait(false);
        int[] missing = [.. Enumerable.Range(0, rows.Length).Where(i => !found[i])];
        long asked = 0;
        foreach (int[] part in Parts(rows, missing))
            asked += await AskTeacherAsync(rows, keys, part, layouts, bytes).ConfigureAwait(false);
        totals.Add(rows.Length - missing.Length, missing.Length, layouts.Sum(l => (long)l.Bytes) - asked, asked);

        float[][] values = new float[layouts.Length][];
        for (int k = 0; k < layouts.Length; k++)
        {
            values[k] = new float[layouts[k].Values];
            layouts[k].Decode(bytes[k], values[k]);
        }

        int offset = 0;
        foreach (RowRequest request in group)
        {
            request.Complete(layouts, values, offset, found);
            offset += request.Rows.Length;
            memory.Keep(this, request, request.Rows.Sum(Bytes));
        }
    }

    // Decoded, of one row.
    private long Bytes(int row) => _outputs.Sum(o => o.Shape.Size(Length(row))) * sizeof(float);

    private RowLayout[] Layouts(int[] rows)
    {
        int[] lengths = Array.ConvertAll(rows, Length);
        return Array.ConvertAll(_outputs, o => new RowLayout(o, lengths));
    }

    private async Task<bool[]> AskStoreAsync(InstanceFingerprint[] keys, RowLayout[] layouts, byte[][] bytes)
    {
        using Activity? span = SoftTargetSpans.StoreGet(store.Id, keys.Length);
        long since = Stopwatch.GetTimestamp();
        bool[] found = new bool[keys.Length], here = new bool[keys.Length];
        for (int k = 0; k < layouts.Length; k++)
        {
            await layouts[k].GetAsync(store, keys, bytes[k], here, stopping).ConfigureAwait(false);
            for (int i = 0; i < keys.Length; i++)
                found[i] = here[i] && (k == 0 || found[i]);
        }

        StoreMetrics.Got(Stopwatch.GetElapsedTime(since));
        return found;
    }

    // A message has a bound, and so has what a teacher makes at a time: large images and large outputs reach them before the rows do.
    private IEnumerable<int[]> Parts(int[] rows, int[] missing)
    {
        int from = 0;
        (long sent, long made) = (0, 0);
        for (int i = 0; i < missing.Length; i++)
        {
            (long input, long output) = (inputs.Views[rows[missing[i]]].Bytes, Bytes(rows[missing[i]]));
            if (i > from && (sent + input > MostInputBytes || made + output > MostBytes))
            {
                yield return missing[from..i];
                (from, sent, made) = (i, 0, 0);
            }

            (sent, made) = (sent + input, made + output);
        }

        if (from < missing.Length)
            yield return missing[from..];
    }

    // The bytes that it gave.
    private async Task<long> AskTeacherAsync(int[] rows, InstanceFingerprint[] keys, int[] missing, RowLayout[] layouts, byte[][] bytes)
    {
        using Activity? span = SoftTargetSpans.Ask(Description.Name, missing.Length);
        InstanceFingerprint[] missingKeys = Array.ConvertAll(missing, i => keys[i]);
        IReadOnlyList<byte[]> answer = await client.GetAsync(
            new TeacherRequest
            {
                Tokenizer = Description.Tokenizer,
                StoreAsked = store.Id,
                Outputs = outputs,
                Inputs = Array.ConvertAll(missing, i => inputs.Views[rows[i]]),
                Keys = missingKeys,
            },
            stopping).ConfigureAwait(false);
        RowLayout[] asked = Layouts(Array.ConvertAll(missing, i => rows[i]));
        for (int k = 0; k < layouts.Length; k++)
        {
            if (answer.Count != outputs.Length || answer[k].Length != asked[k].Bytes)
            {
                throw new KdException("KD1306", $"the answer does not have the {asked[k].Bytes} bytes of {missing.Length} rows of {outputs[k]}.", $"teacher {Description.Name}",
                    "The teacher's silo and this one run different versions; upgrade one of them.");
            }

            for (int m = 0; m < missing.Length; m++)
                answer[k].AsSpan(asked[k].BytesOf(m)).CopyTo(bytes[k].AsSpan(layouts[k].BytesOf(missing[m])));

            // A teacher that keeps its answers in this very store has written them already.
            if (client.StoreId != store.Id)
            {
                using Activity? put = SoftTargetSpans.StorePut(store.Id, missing.Length);
                await asked[k].PutAsync(store, missingKeys, answer[k], stopping).ConfigureAwait(false);
            }
        }

        return asked.Sum(l => (long)l.Bytes);
    }
}
