namespace KdCluster.Cluster.Teachers;

/// <summary>
/// Rows that wait, and which of them make the next batch. A batch holds rows of one length bucket. Askers are served fairly: next is the
/// asker that has had the least of the device (start-time fair queueing), then the bucket that has waited longest; a place left in its batch goes to the other
/// askers in the same order. So the time that a small asker waits does not grow with a large one's queue. Not safe from several threads.
/// </summary>
/// <param name="rows">Rows in a batch.</param>
/// <param name="linger">How long a row waits for company.</param>
/// <param name="time">The clock.</param>
internal sealed class FairRows(int rows, TimeSpan linger, TimeProvider time)
{
    // A batch that is not full goes before full ones that came so much later: nothing waits for ever.
    private static readonly TimeSpan s_handicap = TimeSpan.FromMilliseconds(100);

    private readonly SortedDictionary<int, Dictionary<string, Queue<PendingRow>>> _buckets = [];
    private readonly Dictionary<string, Share> _shares = new(StringComparer.Ordinal);
    private double _clock;

    public int Count { get; private set; }

    public void Add(int length, PendingRow row)
    {
        string asker = row.Request.Asker;
        if (!_buckets.TryGetValue(length, out Dictionary<string, Queue<PendingRow>>? bucket))
        {
            _buckets[length] = bucket = new(StringComparer.Ordinal);
        }

        if (!bucket.TryGetValue(asker, out Queue<PendingRow>? queue))
        {
            bucket[asker] = queue = new Queue<PendingRow>();
        }

        if (!_shares.TryGetValue(asker, out Share? share))
        {
            // One that comes again has no claim on the time in which it asked for nothing.
            _shares[asker] = share = new Share { Served = _clock };
        }

        queue.Enqueue(row);
        share.Waiting++;
        Count++;
    }

    /// <summary>How long until there may be a batch; zero when there is one.</summary>
    public TimeSpan Wait() => Choose().Wait;

    /// <summary>The next batch; without one, how long until there may be one.</summary>
    public (int Length, List<PendingRow>? Batch, TimeSpan Wait) Next()
    {
        ((int Length, double Served)? best, TimeSpan wait) = Choose();
        return best is { } next ? (next.Length, Take(next.Length, next.Served), TimeSpan.Zero) : (0, null, wait);
    }

    private ((int Length, double Served)? Best, TimeSpan Wait) Choose()
    {
        (int Length, string Asker, double Served, TimeSpan Waited)? best = null;
        TimeSpan wait = Timeout.InfiniteTimeSpan;
        foreach ((int length, Dictionary<string, Queue<PendingRow>> bucket) in _buckets)
        {
            DropCancelled(bucket);
            if (bucket.Count == 0)
            {
                continue;
            }

            bool full = bucket.Values.Sum(q => q.Count) >= rows;
            TimeSpan oldest = bucket.Values.Max(q => time.GetElapsedTime(q.Peek().Since));
            if (!full && oldest < linger)
            {
                TimeSpan left = linger - oldest;
                wait = wait == Timeout.InfiniteTimeSpan || left < wait ? left : wait;
                continue;
            }

            TimeSpan waited = full ? oldest : oldest - s_handicap;
            foreach (string asker in bucket.Keys)
            {
                double served = _shares[asker].Served;
                if (best is not { } b || served < b.Served || (served == b.Served && waited > b.Waited))
                {
                    best = (length, asker, served, waited);
                }
            }
        }

        return best is { } chosen ? ((chosen.Length, chosen.Served), TimeSpan.Zero) : (null, wait);
    }

    /// <summary>Takes all that waits, in no order.</summary>
    public PendingRow[] Clear()
    {
        PendingRow[] left = [.. _buckets.Values.SelectMany(b => b.Values).SelectMany(q => q)];
        _buckets.Clear();
        _shares.Clear();
        Count = 0;
        return left;
    }

    private List<PendingRow> Take(int length, double served)
    {
        _clock = Math.Max(_clock, served);
        Dictionary<string, Queue<PendingRow>> bucket = _buckets[length];
        List<PendingRow> batch = new(rows);
        while (batch.Count < rows && bucket.Count > 0)
        {
            string asker = bucket.Keys.MinBy(a => _shares[a].Served)!;
            PendingRow row = bucket[asker].Dequeue();
            _shares[asker].Served += length;
            Left(bucket, asker);
            if (row.Request.Cancelled.IsCancellationRequested)
            {
                row.Request.Fail(new OperationCanceledException("the asker gave up."));
            }
            else
            {
                batch.Add(row);
            }
        }

        // A batch costs the same however few rows it has: who makes it go out half empty pays for all of it.
        double unpaid = (rows - batch.Count) * (double)length / Math.Max(1, batch.Count);
        foreach (PendingRow row in batch)
        {
            if (_shares.TryGetValue(row.Request.Asker, out Share? share))
            {
                share.Served += unpaid;
            }
        }

        return batch;
    }

    private void DropCancelled(Dictionary<string, Queue<PendingRow>> bucket)
    {
        foreach ((string asker, Queue<PendingRow> queue) in bucket.ToArray())
        {
            while (queue.TryPeek(out PendingRow row) && row.Request.Cancelled.IsCancellationRequested)
            {
                queue.Dequeue().Request.Fail(new OperationCanceledException("the asker gave up."));
                Left(bucket, asker);
            }
        }
    }

    /// <summary>A row has left: what is empty is forgotten, so that askers that end leave nothing behind.</summary>
    private void Left(Dictionary<string, Queue<PendingRow>> bucket, string asker)
    {
        Count--;
        if (bucket[asker].Count == 0)
        {
            bucket.Remove(asker);
        }

        if (--_shares[asker].Waiting == 0)
        {
            _shares.Remove(asker);
        }
    }

    private sealed class Share
    {
        /// <summary>Padded tokens computed for this asker, from where it came in.</summary>
        public double Served { get; set; }

        public int Waiting { get; set; }
    }
}
