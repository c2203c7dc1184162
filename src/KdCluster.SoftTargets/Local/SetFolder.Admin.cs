namespace KdCluster.SoftTargets.Local;

/// <content>What an operator asks of a set.</content>
internal sealed partial class SetFolder
{
    public StoredSet Stats()
    {
        Reload();
        lock (_gate)
        {
            long bytes = Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles().Sum(f => f.Length) : 0;
            return new StoredSet(set, _rows, bytes);
        }
    }

    /// <summary>Checks every record in the files; the caller has flushed before.</summary>
    public StoreVerification Verify(bool repair, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        Reload();
        long rows = 0, damagedRows = 0, repaired = 0;
        _life.EnterReadLock();
        try
        {
            foreach (Segment segment in _segments)
            {
                cancellationToken.ThrowIfCancellationRequested();
                List<int> damaged = [];
                uint[] tags = segment.Scan(0, segment.Known, damaged);
                int read = tags.Count(t => t != 0) + damaged.Count;
                rows += read;
                progress?.Report(read);
                damagedRows += damaged.Count;
                if (!repair || damaged.Count == 0 || !segment.Writable)
                    continue;
                foreach (int record in damaged)
                    segment.MakeHole(record);
                File.Delete(SegmentIndexFile.PathOf(segment));
                repaired += damaged.Count;
            }

            lock (_gate)
            {
                damagedRows += _unreadable.Count;
                rows += _unreadable.Count;
                if (repair)
                {
                    repaired += _unreadable.Count;
                    foreach (string path in _unreadable)
                        File.Delete(path);
                    _unreadable.Clear();
                }
            }
        }
        finally
        {
            _life.ExitReadLock();
        }

        return new StoreVerification(rows, damagedRows, repaired);
    }

    /// <summary>Deletes all rows, those not written yet included.</summary>
    /// <returns>How many there were.</returns>
    public long Clear()
    {
        Reload();
        _life.EnterWriteLock();
        try
        {
            lock (_gate)
            {
                long rows = _rows;
                CloseAll();
                if (Directory.Exists(folder))
                    Directory.Delete(folder, recursive: true);
                return rows;
            }
        }
        finally
        {
            _life.ExitWriteLock();
        }
    }

    private void Reload()
    {
        lock (_gate)
            _looked = null;
        Look();
    }
}
