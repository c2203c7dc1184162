using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>The replica in this process: no wire, the same bytes. It is looked up at every request, so that a teacher loaded anew is found.</summary>
internal sealed class LocalReplica(string address, string teacher, string asker, TeacherDirectory directory) : IReplica
{
    private IReadOnlyList<string> _fingerprints = [];
    private TeacherDescription? _description;
    private TeacherLease? _lease;

    public event Action<int>? Reported;

    public string Address => address;

    public bool Reports => false;

    public async Task<ReplicaIdentity> DescribeAsync(IReadOnlyList<string> fingerprints, CancellationToken cancellationToken)
    {
        TeacherHost host = await directory.FindAsync(teacher, fingerprints);
        (_fingerprints, _description) = (host.Fingerprints, host.Description);
        Interlocked.Exchange(ref _lease, host.Lease())?.Dispose();
        return new ReplicaIdentity(host.Description, host.StoreId);
    }

    public async Task<byte[]> TokenizerAsync(IReadOnlyList<string> fingerprints, CancellationToken cancellationToken) =>
        (await directory.FindAsync(teacher, fingerprints)).TokenizerFile;

    public async Task<IReadOnlyList<byte[]>> AskAsync(TeacherRequest request, CancellationToken cancellationToken)
    {
        TeacherHost host = await directory.FindAsync(teacher, _fingerprints);
        if (_description is { } expected && !expected.Outputs.SequenceEqual(host.Description.Outputs))
        {
            throw TeacherIdentity.Replaced(teacher);   // the same weights, but another encoding
        }

        IReadOnlyList<byte[]> rows = await host.GetAsync(request, asker, cancellationToken);
        Reported?.Invoke(host.QueuedRows);
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
