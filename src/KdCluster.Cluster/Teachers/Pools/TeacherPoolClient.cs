using KdCluster.Cluster.Retries;
using KdCluster.Teachers;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>
/// A teacher as a pool of replicas. The student cannot tell which one answers: all are the same model, which is made sure of by fingerprint,
/// so that requests may be asked again, or twice, at will.
/// </summary>
internal sealed class TeacherPoolClient : ITeacherClient, IAsyncDisposable
{
    private const int RequestsPerReplica = 4, MostRequests = 64;

    private readonly PoolMembers _members;
    private readonly PoolOptions _options;
    private readonly TimeProvider _time;
    private readonly LatencyWindow _latencies = new();
    private readonly HedgeBudget _hedges;

    private TeacherPoolClient(TeacherDescription description, PoolMembers members, PoolOptions options, TimeProvider time)
    {
        (Description, _members, _options, _time) = (description, members, options, time);
        _hedges = new HedgeBudget(options.HedgeShare);
    }

    public TeacherDescription Description { get; }

    public string StoreId => _members.StoreId;

    public int Concurrency => Math.Clamp(RequestsPerReplica * _members.Usable, RequestsPerReplica, MostRequests);

    /// <param name="name">The teacher's name.</param>
    /// <param name="list">Where its replicas are; disposed with the pool.</param>
    /// <param name="connect">Makes a replica of an address; connects lazily.</param>
    /// <param name="options">How they are asked.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Draws.</param>
    /// <param name="log">Told of replicas that come and go.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KdException"><c>KD1306</c>, <c>KD1308</c>: no replica can be used; <c>KD1321</c>: they are not the same model.</exception>
    public static async Task<TeacherPoolClient> ConnectAsync(
        string name, IReplicaList list, Func<string, IReplica> connect, PoolOptions options, TimeProvider time, Random random, ILogger log, CancellationToken cancellationToken)
    {
        PoolMembers members = new(name, list, connect, options, time, random, log);
        try
        {
            ReplicaIdentity identity = await members.ReadyAsync(cancellationToken);
            return new TeacherPoolClient(identity.Description, members, options, time);
        }
        catch
        {
            await members.DisposeAsync();
            throw;
        }
    }

    public Task<byte[]> TokenizerAsync(CancellationToken cancellationToken) => TimedRetry.CallAsync(
        async () =>
        {
            IReplica replica = _members.AnyUsable() ?? throw ReplicaFaults.Unreachable(Description.Name, _members.Addresses, null);
            return await replica.TokenizerAsync(TeacherVersionKey.Of(Description), cancellationToken);
        },
        e => ReplicaFaults.Judge(e) == ReplicaFaults.Verdict.Broken, _options.UnavailableTimeout, new() { Delay = _options.RetryDelay }, _time, cancellationToken);

    public Task<IReadOnlyList<byte[]>> GetAsync(TeacherRequest request, CancellationToken cancellationToken) =>
        new PoolCall(_members, _latencies, _hedges, _options, _time, request, Description.Name).RunAsync(cancellationToken);

    public ValueTask DisposeAsync() => _members.DisposeAsync();
}
