namespace KdCluster.SoftTargets.Local;

/// <content>Putting rows, and writing them behind.</content>
internal sealed partial class SetFolder
{
    private readonly List<SegmentWriter> _filled = [];
    private SegmentWriter? _writer;
    private long? _failed;
    private bool _announced;   // the writer thread has been told of rows not written yet

    /// <summary>Takes rows; keys that are there already keep theirs.</summary>
    /// <returns>Whether the writer thread has to be told.</returns>
    public bool Put(ReadOnlySpan<InstanceFingerprint> keys, ReadOnlySpan<byte> rows)
    {
        int size = _layout.RowBytes;
        Span<byte> scratch = size <= 1024 ? stackalloc byte[size] : new byte[size];
        long bytes = 0;
        if (_looked is null)
            Look();
        _life.EnterReadLock();
        try
        {
            lock (_gate)
            {
                for (int i = 0; i < keys.Length; i++)
                {
                    if (TryRead(keys[i], scratch))
                        continue;
                    if (Writer() is not { } writer)
                    {
                        counters.AddDropped(keys.Length - i);
                        break;
                    }

                    int record = writer.Append(keys[i], rows.Slice(i * size, size));
                    _index.Add(IndexTable.Tag(keys[i]), Array.IndexOf(_segments, writer.Segment), record);
                    _rows++;
                    bytes += _layout.Bytes;
                }

                backlog.Add(bytes);
                bool announce = bytes > 0 && !_announced;
                _announced |= announce;
                return announce;
            }
        }
        finally
        {
            _life.ExitReadLock();
        }
    }

    /// <summary>The segment to append to, or null while the disk refuses.</summary>
    private SegmentWriter? Writer()
    {
        if (_writer is { Full: true })
        {
            _filled.Add(_writer);
            _writer = null;
        }

        if (_writer is not null)
            return _writer;
        if (_disposed || (_failed is { } then && time.GetElapsedTime(then) < options.RetryAfter))
            return null;
        try
        {
            _writer = Adopt() ?? Create();
            _failed = _writer is null ? time.GetTimestamp() : null;
        }
        catch (Exception e) when (LocalErrors.IsDisk(e))
        {
            _failed = time.GetTimestamp();
            counters.ComplainUnwritable(LocalErrors.Unwritable(folder, e));
        }

        return _writer;
    }

    /// <summary>Goes on with a segment whose writer is gone, after cutting off what it left half written.</summary>
    private SegmentWriter? Adopt()
    {
        foreach (Segment segment in _segments.Where(s => s.Writer is null && !s.Full && s.Writable))
        {
            if (SegmentLock.TryTake(segment.Path) is not { } held)
                continue;
            Absorb(segment, final: true);
            if (!segment.Full)
            {
                RandomAccess.SetLength(segment.File, segment.Offset(segment.Known));
                return segment.Writer = new SegmentWriter(segment, _layout, held, segment.Known);
            }

            held.Dispose();
        }

        return null;
    }

    private SegmentWriter? Create()
    {
        if (_segments.Length >= IndexTable.MaxSegments)
        {
            counters.ComplainUnwritable(new KdError("KD1403", $"the set has {IndexTable.MaxSegments} segments, the largest possible number.", folder, "No more rows are kept. Clear teachers that are no longer used."));
            return null;
        }

        SetManifest.Ensure(folder, set);
        int capacity = (int)Math.Clamp((options.SegmentBytes - SegmentHeader.Bytes) / _layout.Bytes, 1, IndexTable.MaxRecords);
        string path = Path.Combine(folder, $"{_segments.Length:D6}-{Guid.NewGuid():N}.seg");
        FileStream held = SegmentLock.TryTake(path)!;
        AtomicFile.Write(path, SegmentHeader.Write(_layout, capacity));
        Segment? segment = AddSegment(path);
        if (segment is null)
        {
            held.Dispose();
            return null;
        }

        return segment.Writer = new SegmentWriter(segment, _layout, held, 0);
    }

    /// <summary>Writes what was put so far; called by the store's writer thread alone.</summary>
    public void WritePending()
    {
        _life.EnterReadLock();
        try
        {
            List<(SegmentWriter Writer, int End)> work;
            lock (_gate)
            {
                _announced = false;
                work = [.. _filled.Append(_writer).OfType<SegmentWriter>().Select(w => (w, w.End))];
            }

            foreach ((SegmentWriter writer, int end) in work)
                Write(writer, end);
        }
        finally
        {
            _life.ExitReadLock();
        }
    }

    private void Write(SegmentWriter writer, int end)
    {
        int rows = end - writer.Written;
        if (rows == 0)
            return;
        try
        {
            writer.WritePending(end, _gate);
            backlog.Remove((long)rows * _layout.Bytes);
            lock (_gate)
            {
                writer.Segment.Known = end;
                writer.Segment.Map(end);
            }

            if (end == writer.Segment.Capacity)
                Seal(writer);
            counters.Written();
        }
        catch (Exception e) when (LocalErrors.IsDisk(e))
        {
            Fail(writer, e);
        }
    }

    /// <summary>Makes the disk keep what was written; called by the store's writer thread alone.</summary>
    public void Sync()
    {
        bool replaced = false;
        _life.EnterReadLock();
        try
        {
            if (_writer is { } writer)
            {
                try
                {
                    writer.Sync();
                    replaced = !File.Exists(writer.Segment.Path);
                }
                catch (Exception e) when (LocalErrors.IsDisk(e))
                {
                    Fail(writer, e);
                }
            }
        }
        finally
        {
            _life.ExitReadLock();
        }

        if (replaced)
            Reopen();
    }

    private void Seal(SegmentWriter writer)
    {
        writer.Sync();
        SegmentIndexFile.Write(writer.Segment, writer.Segment.Scan(0, writer.Segment.Capacity, []));
        lock (_gate)
        {
            _filled.Remove(writer);
            if (_writer == writer)
                _writer = null;
            writer.Segment.Writer = null;
            File.Delete(SegmentLock.PathOf(writer.Segment.Path));
            writer.Dispose();
        }
    }

    /// <summary>Gives up a segment that cannot be written; rows not written are lost, and counted.</summary>
    private void Fail(SegmentWriter writer, Exception cause)
    {
        lock (_gate)
        {
            counters.AddDropped(writer.Unwritten);
            backlog.Remove((long)writer.Unwritten * _layout.Bytes);
            _rows -= writer.Unwritten;
            writer.Segment.Known = writer.Written;
            writer.Segment.Writer = null;
            writer.Dispose();
            _filled.Remove(writer);
            if (_writer == writer)
                _writer = null;
            _failed = time.GetTimestamp();
        }

        counters.ComplainUnwritable(LocalErrors.Unwritable(folder, cause));
    }

    /// <summary>Forgets rows not written yet.</summary>
    private void Abandon()
    {
        foreach (SegmentWriter writer in _filled.Append(_writer).OfType<SegmentWriter>())
        {
            counters.AddDropped(writer.Unwritten);
            backlog.Remove((long)writer.Unwritten * _layout.Bytes);
        }

        _filled.Clear();
        _writer = null;
    }
}
