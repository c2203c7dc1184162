namespace KdCluster.SoftTargets.Local;

/// <summary>The rows of one set: its segments, the index over them, and the segment that this process appends to.</summary>
/// <remarks>
/// Lookups hold <c>_life</c> for reading, so that no segment is closed under them, and take no other lock. Whatever adds (rows, segments)
/// holds <c>_gate</c> as well; whatever closes segments holds <c>_life</c> for writing, then <c>_gate</c>.
/// </remarks>
internal sealed partial class SetFolder(SoftTargetSet set, string folder, LocalStoreOptions options, TimeProvider time, StoreCounters counters, Backlog backlog) : IDisposable
{
    private readonly RecordLayout _layout = new(set, SetKey.Of(set));
    private readonly ReaderWriterLockSlim _life = new();
    private readonly Lock _gate = new();
    private readonly HashSet<string> _unreadable = [];
    private IndexTable _index = new();
    private Segment[] _segments = [];
    private long _rows;
    private long? _looked;
    private bool _disposed;

    public SoftTargetSet Set => set;

    public string Folder => folder;

    public int Get(ReadOnlySpan<InstanceFingerprint> keys, Span<byte> rows, Span<bool> found)
    {
        found.Clear();
        if (_looked is null)
            Look();
        int hits = Lookup(keys, rows, found);
        if (hits < keys.Length && Look())
            hits += Lookup(keys, rows, found);
        return hits;
    }

    private int Lookup(ReadOnlySpan<InstanceFingerprint> keys, Span<byte> rows, Span<bool> found)
    {
        int size = _layout.RowBytes, hits = 0;
        _life.EnterReadLock();
        try
        {
            for (int i = 0; i < keys.Length; i++)
            {
                if (!found[i] && (found[i] = TryRead(keys[i], rows.Slice(i * size, size))))
                    hits++;
            }
        }
        finally
        {
            _life.ExitReadLock();
        }

        return hits;
    }

    private bool TryRead(InstanceFingerprint key, Span<byte> row)
    {
        IndexTable.Candidates candidates = _index.Find(IndexTable.Tag(key));
        while (candidates.MoveNext())
        {
            RecordState state = Volatile.Read(ref _segments)[candidates.Segment].Read(candidates.Record, key, row);
            if (state == RecordState.Whole)
                return true;
            if (state == RecordState.Damaged)
                counters.AddDamaged(1);
        }

        return false;
    }

    /// <summary>Looks for segments and rows that other processes added, at most once per interval; whether it looked.</summary>
    private bool Look()
    {
        bool replaced;
        lock (_gate)
        {
            if (_disposed || (_looked is { } then && time.GetElapsedTime(then) < options.RefreshEvery))
                return false;
            try
            {
                replaced = !TryAbsorbFolder();
            }
            finally
            {
                // Set last: who finds it unset waits at the gate until the first look is over, and so misses nothing.
                _looked = time.GetTimestamp();
            }
        }

        if (replaced)
            Reopen();
        return true;
    }

    /// <summary>False when a segment that was there is gone: another process cleared the set.</summary>
    private bool TryAbsorbFolder()
    {
        string[] paths = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.seg") : [];
        Array.Sort(paths, StringComparer.Ordinal);
        if (_segments.Any(s => Array.BinarySearch(paths, s.Path, StringComparer.Ordinal) < 0))
            return false;
        var known = _segments.Select(s => s.Path).ToHashSet();
        foreach (string path in paths.Where(p => !known.Contains(p) && !_unreadable.Contains(p)))
            AddSegment(path);
        foreach (Segment segment in _segments)
        {
            if (segment.Writer is null && !segment.Full)
                Absorb(segment, final: false);
        }

        return true;
    }

    private Segment? AddSegment(string path)
    {
        Segment? segment = _segments.Length < IndexTable.MaxSegments ? Segment.Open(path, _layout) : null;
        if (segment is null)
        {
            _unreadable.Add(path);
            counters.AddDamaged(1);
            return null;
        }

        Volatile.Write(ref _segments, [.. _segments, segment]);
        return segment;
    }

    /// <summary>Indexes the records that a segment has more than before.</summary>
    /// <param name="segment">Of this set.</param>
    /// <param name="final">Nobody is appending: what fails its check now always will. Otherwise records at the end may still be under way and are looked at again.</param>
    private void Absorb(Segment segment, bool final)
    {
        int from = segment.Known, count = segment.Count();
        if (count <= from)
            return;
        bool complete = count == segment.Capacity;
        uint[]? tags = complete && from == 0 ? SegmentIndexFile.Read(segment) : null;
        if (tags is null)
        {
            List<int> damaged = [];
            tags = segment.Scan(from, count, damaged);
            if (!final && !complete)
                tags = tags[..(Array.FindLastIndex(tags, t => t != 0) + 1)];
            counters.AddDamaged(damaged.Count(d => d < from + tags.Length));
            if (complete && from == 0)
                WriteIndexFile(segment, tags);
        }

        segment.Map(from + tags.Length);
        int ordinal = Array.IndexOf(_segments, segment);
        for (int i = 0; i < tags.Length; i++)
        {
            if (tags[i] == 0)
                continue;
            if (!HasKeyOf(segment, from + i, tags[i]))
                _rows++;
            _index.Add(tags[i], ordinal, from + i);
        }

        segment.Known = from + tags.Length;
    }

    private bool HasKeyOf(Segment segment, int record, uint tag)
    {
        IndexTable.Candidates candidates = _index.Find(tag);
        while (candidates.MoveNext())
        {
            if (_segments[candidates.Segment].Key(candidates.Record) == segment.Key(record))
                return true;
        }

        return false;
    }

    private void WriteIndexFile(Segment segment, uint[] tags)
    {
        try
        {
            SegmentIndexFile.Write(segment, tags);
        }
        catch (Exception e) when (LocalErrors.IsDisk(e))
        {
            counters.ComplainUnwritable(LocalErrors.Unwritable(folder, e));
        }
    }

    private void Reopen()
    {
        _life.EnterWriteLock();
        try
        {
            lock (_gate)
            {
                CloseAll();
                if (!_disposed)
                    TryAbsorbFolder();
            }
        }
        finally
        {
            _life.ExitWriteLock();
        }
    }

    private void CloseAll()
    {
        Abandon();
        foreach (Segment segment in _segments)
            segment.Dispose();
        _segments = [];
        _index = new IndexTable();
        _unreadable.Clear();
        _rows = 0;
    }

    public void Dispose()
    {
        _life.EnterWriteLock();
        try
        {
            lock (_gate)
            {
                _disposed = true;
                CloseAll();
            }
        }
        finally
        {
            _life.ExitWriteLock();
        }
    }
}
