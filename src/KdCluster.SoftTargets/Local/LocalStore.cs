using System.Collections.Concurrent;
using System.Threading.Channels;
using KdCluster.SoftTargets.Local;

namespace KdCluster.SoftTargets;

/// <summary>
/// Rows in a folder of this machine: one sub-folder per set, append-only segments of checked records in it, and an index in memory.
/// Any number of processes may share the folder: each appends to its own segments and reads all.
/// </summary>
/// <remarks>
/// A put is visible to gets of this process when it returns, reaches the file within milliseconds and the disk within a second (or with
/// <see cref="FlushAsync"/>); other processes see it at their next look, at most a second later. A process killed at any
/// moment loses what was not in the file yet and damages nothing. The folder must be on a file system with working locks.
/// </remarks>
public sealed class LocalStore : ISoftTargetStore, ISoftTargetStoreAdmin
{
    private readonly ConcurrentDictionary<SoftTargetSet, SetFolder> _sets = new();
    private readonly Channel<Work> _work = Channel.CreateBounded<Work>(1024);
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly LocalStoreOptions _options;
    private readonly StoreCounters _counters;
    private readonly Task _writing;
    private readonly ITimer _syncing;
    private readonly Backlog _backlog;
    private int _disposed;

    private LocalStore(string folder, Action<KdError> warn, TimeProvider time, LocalStoreOptions options)
    {
        _folder = folder;
        _time = time;
        _options = options;
        _counters = new StoreCounters("local", warn);
        _backlog = new Backlog(options.PendingBytes);
        Id = StoreIdentity.ReadOrCreate(folder);
        _writing = Task.Run(WriteAsync);
        _syncing = time.CreateTimer(_ => _work.Writer.TryWrite(new Work(null, null)), null, options.SyncEvery, options.SyncEvery);
    }

    /// <inheritdoc/>
    public string Id { get; }

    /// <summary>Opens the store of a folder, which is made when it is not there.</summary>
    /// <param name="folder">Where the rows are kept.</param>
    /// <param name="warn">Hears once of each time that writing stops working.</param>
    /// <param name="time">Clock of intervals and retries.</param>
    /// <exception cref="KdException"><c>KD1402</c>: the folder cannot be read and written.</exception>
    public static LocalStore Open(string folder, Action<KdError> warn, TimeProvider time) => Open(folder, warn, time, new LocalStoreOptions());

    internal static LocalStore Open(string folder, Action<KdError> warn, TimeProvider time, LocalStoreOptions options)
    {
        try
        {
            folder = Path.GetFullPath(folder);
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, $"probe-{Guid.NewGuid():N}.tmp");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return new LocalStore(folder, warn, time, options);
        }
        catch (Exception e) when (LocalErrors.IsDisk(e))
        {
            throw LocalErrors.Unusable(folder, e);
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> GetAsync(SoftTargetSet set, ReadOnlyMemory<InstanceFingerprint> keys, Memory<byte> rows, Memory<bool> found, CancellationToken cancellationToken)
    {
        int hits;
        try
        {
            hits = FolderOf(set).Get(keys.Span, rows.Span, found.Span[..keys.Length]);
            _counters.Usable();
        }
        catch (Exception e) when (LocalErrors.IsDisk(e))
        {
            found.Span[..keys.Length].Clear();
            hits = 0;
            _counters.ComplainUnusable(LocalErrors.Unusable(_folder, e).Errors[0]);
        }

        _counters.Asked(keys.Length, hits);
        return ValueTask.FromResult(hits);
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(SoftTargetSet set, ReadOnlyMemory<InstanceFingerprint> keys, ReadOnlyMemory<byte> rows, CancellationToken cancellationToken)
    {
        try
        {
            SetFolder folder = FolderOf(set);
            if (folder.Put(keys.Span, rows.Span))
                await _work.Writer.WriteAsync(new Work(folder, null), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (LocalErrors.IsDisk(e) || e is ChannelClosedException)
        {
            _counters.AddDropped(keys.Length);
            _counters.ComplainUnwritable(LocalErrors.Unwritable(_folder, e));
        }

        await _backlog.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _work.Writer.WriteAsync(new Work(null, done), cancellationToken).ConfigureAwait(false);
        await (await Task.WhenAny(done.Task, _writing).WaitAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public StoreCounts Counts => _counters.Read(Id);

    /// <inheritdoc/>
    public Task<StoreStats> StatsAsync(CancellationToken cancellationToken) => Admin(() =>
    {
        List<StoredSet> sets = [.. Folders().Select(f => f.Stats()).Where(s => s.Rows > 0 || s.Bytes > 0)];
        return new StoreStats(Id, sets, sets.Sum(s => s.Bytes), _counters.Hits, _counters.Misses, _counters.Damaged, _counters.Dropped, Available: true) { Trouble = _counters.Trouble };
    });

    /// <inheritdoc/>
    public async Task<StoreVerification> VerifyAsync(bool repair, CancellationToken cancellationToken, IProgress<long>? progress = null)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        return await Admin(() => Folders().Select(f => f.Verify(repair, progress, cancellationToken)).Aggregate(
            new StoreVerification(0, 0, 0), (a, b) => new StoreVerification(a.Rows + b.Rows, a.Damaged + b.Damaged, a.Repaired + b.Repaired))).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<long> ClearAsync(string? teacher, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        return await Admin(() => Folders().Where(f => teacher is null || f.Set.Teacher == teacher).Sum(f => f.Clear())).ConfigureAwait(false);
    }

    /// <summary>Writes what is pending and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _syncing.DisposeAsync().ConfigureAwait(false);
        _work.Writer.Complete();
        await _writing.ConfigureAwait(false);
        foreach (SetFolder folder in _sets.Values)
            folder.Dispose();
    }

    private SetFolder FolderOf(SoftTargetSet set) => _sets.TryGetValue(set, out SetFolder? folder)
        ? folder
        : _sets.GetOrAdd(set, s => new SetFolder(s, Path.Combine(_folder, SetKey.Of(s).Name), _options, _time, _counters, _backlog));

    private List<SetFolder> Folders()
    {
        foreach (string folder in Directory.GetDirectories(_folder))
        {
            if (SetManifest.Read(folder) is { } set)
                FolderOf(set);
        }

        return [.. _sets.Values.OrderBy(f => f.Folder, StringComparer.Ordinal)];
    }

    private Task<T> Admin<T>(Func<T> work) => Task.Run(() =>
    {
        try
        {
            return work();
        }
        catch (Exception e) when (LocalErrors.IsDisk(e))
        {
            throw new KdException("KD1401", $"the soft-target store cannot be reached: {e.Message}", _folder, "Check the folder and its permissions.", e);
        }
    });

    /// <summary>The only writer of this process: writes each set as it is announced, and syncs at the timer's tick, at a flush and at the end.</summary>
    private async Task WriteAsync()
    {
        HashSet<SetFolder> unsynced = [];
        await foreach (Work work in _work.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (work.Folder is { } folder)
            {
                folder.WritePending();
                unsynced.Add(folder);
                continue;
            }

            // A putter that found its set announced may be here before the announcement: a flush asks every set.
            SyncAll(work.Done is null ? unsynced : _sets.Values);
            unsynced.Clear();
            work.Done?.SetResult();
        }

        SyncAll(_sets.Values);
    }

    private static void SyncAll(IEnumerable<SetFolder> folders)
    {
        foreach (SetFolder folder in folders)
        {
            folder.WritePending();
            folder.Sync();
        }
    }

    /// <param name="Folder">Has rows to write; null: sync.</param>
    /// <param name="Done">Told when synced.</param>
    private readonly record struct Work(SetFolder? Folder, TaskCompletionSource? Done);
}
