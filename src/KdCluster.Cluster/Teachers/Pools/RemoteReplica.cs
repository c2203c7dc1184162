using Grpc.Core;
using KdCluster.Client;
using KdCluster.Teachers;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>A replica in another process.</summary>
/// <param name="address">Its silo.</param>
/// <param name="teacher">The teacher's name.</param>
/// <param name="asker">Who asks.</param>
/// <param name="here">Whether only that silo's own replica is meant: a silo that passed requests on would hide that it has none, and what becomes of those that have.</param>
/// <param name="options">How it is asked.</param>
/// <param name="log">Where failures are logged that nobody waits for.</param>
/// <param name="connect">Makes a connection.</param>
internal sealed class RemoteReplica(string address, string teacher, string asker, bool here, PoolOptions options, ILogger log, Func<string, KdClient> connect) : IReplica
{
    private readonly Lock _gate = new();
    private KdClient? _client;
    private SoftTargetConnection? _connection;
    private TeacherDescription? _description;
    private bool _disposed;

    public event Action<ReplicaSign>? Reported;

    public string Address => address;

    public bool Reports => true;

    public async Task<ReplicaIdentity> DescribeAsync(TeacherVersionKey version, CancellationToken cancellationToken)
    {
        V1.Teacher found = await CodedAsync(async () => await Client().Teachers.DescribeAsync(Named(version), cancellationToken: cancellationToken));
        TeacherClaims.Check(found, teacher, address);
        _description = found.ToDescription();
        return new ReplicaIdentity(_description, found.Store);
    }

    public async Task<byte[]> TokenizerAsync(TeacherVersionKey version, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.UnavailableTimeout);
        V1.TokenizerFile file = await CodedAsync(async () => await Client().Teachers.GetTokenizerAsync(Named(version), cancellationToken: deadline.Token));
        return file.Content.ToByteArray();
    }

    public Task<IReadOnlyList<byte[]>> AskAsync(TeacherRequest request, CancellationToken cancellationToken) => Connection().AskAsync(request, cancellationToken);

    public void Reset()
    {
        KdClient? client;
        SoftTargetConnection? connection;
        lock (_gate)
        {
            (client, connection) = (_client, _connection);
            (_client, _connection) = (null, null);
        }

        // In the background: a silo that does not answer may keep its stream's end waiting.
        CloseAsync(client, connection).LogFaults(log, $"closing the connection to {address}");
    }

    public async ValueTask DisposeAsync()
    {
        KdClient? client;
        SoftTargetConnection? connection;
        lock (_gate)
        {
            _disposed = true;
            (client, connection) = (_client, _connection);
            (_client, _connection) = (null, null);
        }

        await CloseAsync(client, connection);
    }

    // What the silo says with a code is told by the code; what the wire says stays as it is.
    private async Task<T> CodedAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RpcException e) when (e.ToKd(address) is { Code: not "KD1601" } coded)
        {
            throw coded;
        }
    }

    private static async Task CloseAsync(KdClient? client, SoftTargetConnection? connection)
    {
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }

        if (client is not null)
        {
            await client.DisposeAsync();
        }
    }

    private V1.DescribeTeacherRequest Named(TeacherVersionKey version)
    {
        V1.DescribeTeacherRequest request = new() { Name = teacher, Element = version.WireElement, TopK = version.TopK, Here = here };
        request.Fingerprints.AddRange(version.Fingerprints);
        return request;
    }

    private KdClient Client()
    {
        lock (_gate)
        {
            return _disposed ? throw Closed() : _client ??= connect(address);
        }
    }

    private SoftTargetConnection Connection()
    {
        lock (_gate)
        {
            if (_disposed || _description is null)
            {
                throw Closed();
            }

            if (_connection is { Broken: true } broken)
            {
                CloseAsync(null, broken).LogFaults(log, $"closing the connection to {address}");
                _connection = null;
            }

            return _connection ??= new SoftTargetConnection(_client ??= connect(address), _description, asker, here, options.ReportEvery, sign => Reported?.Invoke(sign));
        }
    }

    private RpcException Closed() => new(new Status(StatusCode.Unavailable, $"the connection to {address} was closed."));
}
