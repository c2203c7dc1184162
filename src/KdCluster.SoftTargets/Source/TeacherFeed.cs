using System.Diagnostics;
using KdCluster.Teachers;

namespace KdCluster.SoftTargets.Source;

/// <summary>
/// The rows of one teacher: from the run's memory, else from the store, else from the teacher. A row is asked for once, however many
/// batches and streams want it. Rows wanted while requests are under way join the next one.
/// </summary>
internal sealed class TeacherFeed(ISoftTargetStore store, ITeacherClient client, EncodedInputs inputs, OutputKind[] kinds, RowMemory memory, FetchTotals totals, CancellationToken stopping)
{
    private const int RequestRows = 256;

    private readonly Lock _gate = new();
    private readonly SoftTargetSet[] _sets = [.. kinds.Select(client.Description.Output)];
    private readonly RowRequest?[] _requests = new RowRequest?[inputs.Tokens.Count];
    private readonly int[] _index = new int[inputs.Tokens.Count];
    private readonly Queue<RowRequest> _waiting = new();
    private int _waitingRows;
    private int _working;

    public TeacherDescription Description => client.Description;

    /// <summary>Requests worth having under way.</summary>
    public int Concurrency => client.Concurrency;

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
            int more = Math.Clamp((_waitingRows + RequestRows - 1) / RequestRows, 0, Math.Max(0, client.Concurrency - _working));
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
        bool[] found = await AskStoreAsync(keys, Array.ConvertAll(_sets, s => new byte[rows.Length * s.RowBytes])).ConfigureAwait(false);
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
            while (_waiting.TryPeek(out RowRequest? request) && (group.Count == 0 || rows + request.Rows.Length <= RequestRows))
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
        byte[][] bytes = Array.ConvertAll(_sets, s => new byte[rows.Length * s.RowBytes]);
        using Activity? span = SoftTargetSpans.Fetch(Description.Name, rows.Length);
        bool[] found = await AskStoreAsync(keys, bytes).ConfigureAwait(false);
        int[] missing = [.. Enumerable.Range(0, rows.Length).Where(i => !found[i])];
        if (missing.Length > 0)
            await AskTeacherAsync(rows, keys, missing, bytes).ConfigureAwait(false);
        int rowBytes = _sets.Sum(s => s.RowBytes);
        totals.Add(rows.Length - missing.Length, missing.Length, rowBytes);

        float[][] values = new float[_sets.Length][];
        for (int k = 0; k < _sets.Length; k++)
        {
            values[k] = new float[rows.Length * _sets[k].Width];
            RowCodec.Decode(_sets[k], bytes[k], values[k]);
        }

        int offset = 0;
        foreach (RowRequest request in group)
        {
            request.Complete(values, offset, found);
            offset += request.Rows.Length;
            memory.Keep(this, request, (long)request.Rows.Length * sizeof(float) * _sets.Sum(s => s.Width));
        }
    }

    private async Task<bool[]> AskStoreAsync(InstanceFingerprint[] keys, byte[][] bytes)
    {
        using Activity? span = SoftTargetSpans.StoreGet(store.Id, keys.Length);
        long since = Stopwatch.GetTimestamp();
        bool[] found = new bool[keys.Length], here = new bool[keys.Length];
        for (int k = 0; k < _sets.Length; k++)
        {
            await store.GetAsync(_sets[k], keys, bytes[k], here, stopping).ConfigureAwait(false);
            for (int i = 0; i < keys.Length; i++)
                found[i] = here[i] && (k == 0 || found[i]);
        }

        StoreMetrics.Got(Stopwatch.GetElapsedTime(since));
        return found;
    }

    private async Task AskTeacherAsync(int[] rows, InstanceFingerprint[] keys, int[] missing, byte[][] bytes)
    {
        using Activity? span = SoftTargetSpans.Ask(Description.Name, missing.Length);
        IReadOnlyList<byte[]> answer = await client.GetAsync(
            new TeacherRequest
            {
                Tokenizer = Description.Tokenizer,
                StoreAsked = store.Id,
                Kinds = kinds,
                Inputs = Array.ConvertAll(missing, i => inputs.Tokens[rows[i]]),
                Keys = Array.ConvertAll(missing, i => keys[i]),
            },
            stopping).ConfigureAwait(false);
        for (int k = 0; k < _sets.Length; k++)
        {
            int size = _sets[k].RowBytes;
            if (answer.Count != kinds.Length || answer[k].Length != missing.Length * size)
            {
                throw new KdException("KD1306", $"the answer does not have {missing.Length} rows of {size} bytes of {kinds[k]}.", $"teacher {Description.Name}",
                    "The teacher's silo and this one run different versions; upgrade one of them.");
            }

            for (int m = 0; m < missing.Length; m++)
                answer[k].AsSpan(m * size, size).CopyTo(bytes[k].AsSpan(missing[m] * size));

            // A teacher that keeps its answers in this very store has written them already.
            if (client.StoreId != store.Id)
            {
                using Activity? put = SoftTargetSpans.StorePut(store.Id, missing.Length);
                await store.PutAsync(_sets[k], Array.ConvertAll(missing, i => keys[i]), answer[k], stopping).ConfigureAwait(false);
            }
        }
    }
}
