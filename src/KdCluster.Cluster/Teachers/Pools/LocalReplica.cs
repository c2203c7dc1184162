using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>The replica in this process: no wire, the same bytes. It is looked up at every request, so that a teacher loaded again is found.</summary>
internal sealed class LocalReplica(string address, string teacher, string asker, TeacherDirectory directory) : IReplica
{
    private TeacherVersionKey _version = TeacherVersionKey.Newest;
    private TeacherDescription? _description;
    private TeacherLease? _lease;

    public event Action<ReplicaSign>? Reported;

    public string Address => address;

    public bool Reports => false;

    public async Task<ReplicaIdentity> DescribeAsync(TeacherVersionKey version, CancellationToken cancellationToken)
    {
        TeacherHost host = await directory.FindAsync(teacher, version);
        (_version, _description) = (TeacherVersionKey.Of(host.Description), host.Description);
        Interlocked.Exchange(ref _lease, host.Lease())?.Dispose();
        return new ReplicaIdentity(host.Description, host.StoreId);
    }

    public async Task<byte[]> TokenizerAsync(TeacherVersionKey version, CancellationToken cancellationToken) =>
        (await directory.FindAsync(teacher, version)).TokenizerFile;

    public async Task<IReadOnlyList<byte[]>> AskAsync(TeacherRequest request, CancellationToken cancellationToken)
    {
        TeacherHost host = await directory.FindAsync(teacher, _version);
        if (_description is { } expected && !TeacherIdentity.Same(expected, host.Description))
        {
            throw TeacherIdentity.Replaced(teacher);   // the same weights, but another encoding
        }

        IReadOnlyList<byte[]> rows = await host.GetAsync(request, asker, cancellationToken);
        Reported?.Invoke(new ReplicaSign(host.QueuedRows));
        return rows;
    }

    public void Reset()
    {
        // There is no connection to drop.
    }

    public ValueTask DisposeAsync()
    {
        _lease?.Dispose();
        return ValueTask.CompletedTask;
    }
}
