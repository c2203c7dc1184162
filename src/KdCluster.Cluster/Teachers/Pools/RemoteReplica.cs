using Grpc.Core;
using KdCluster.Client;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>A replica in another process.</summary>
internal sealed class RemoteReplica(string address, string teacher, string asker, PoolOptions options, Func<string, KdClient> connect) : IReplica
{
    private readonly Lock _gate = new();
    private KdClient? _client;
    private SoftTargetConnection? _connection;
    private TeacherDescription? _description;
    private bool _disposed;

    public event Action<int>? Reported;

    public string Address => address;

    public bool Reports => true;

    public async Task<ReplicaIdentity> DescribeAsync(IReadOnlyList<string> fingerprints, CancellationToken cancellationToken)
    {
        V1.Teacher found = await CodedAsync(async () => await Client().Teachers.DescribeAsync(Named(fingerprints), cancellationToken: cancellationToken));
        _description = found.ToDescription();
        return new ReplicaIdentity(_description, found.Store);
    }

    public async Task<byte[]> TokenizerAsync(IReadOnlyList<string> fingerprints, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Patience);
        V1.TokenizerFile file = await CodedAsync(async () => await Client().Teachers.GetTokenizerAsync(Named(fingerprints), cancellationToken: deadline.Token));
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
        _ = CloseAsync(client, connection);
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

    private V1.DescribeTeacherRequest Named(IReadOnlyList<string> fingerprints)
    {
        V1.DescribeTeacherRequest request = new() { Name = teacher };
        request.Fingerprints.AddRange(fingerprints);
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
                _ = CloseAsync(null, broken);
                _connection = null;
            }

            return _connection ??= new SoftTargetConnection(_client ??= connect(address), _description, asker, options.ReportEvery, queue => Reported?.Invoke(queue));
        }
    }

    private RpcException Closed() => new(new Status(StatusCode.Unavailable, $"the connection to {address} was closed."));
}
