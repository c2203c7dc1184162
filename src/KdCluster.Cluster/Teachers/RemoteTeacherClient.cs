using Grpc.Core;
using KdCluster.Client;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers;

/// <summary>A teacher in another process. Requests are idempotent: what a broken stream leaves unanswered is asked again on a new one.</summary>
internal sealed class RemoteTeacherClient : ITeacherClient, IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(120);

    // Measured: about 16 requests in flight carry the most; 100 are slower.
    private readonly SemaphoreSlim _inFlight = new(16);
    private readonly Lock _gate = new();
    private readonly KdClient _client;
    private readonly TimeProvider _time;
    private SoftTargetConnection? _connection;

    private RemoteTeacherClient(KdClient client, V1.Teacher teacher, TimeProvider time) =>
        (_client, Description, StoreId, _time) = (client, teacher.ToDescription(), teacher.Store, time);

    public TeacherDescription Description { get; }

    public string StoreId { get; }

    /// <exception cref="KdException"><c>KD1308</c>: the silo has no such teacher; <c>KD1306</c>: it cannot be reached.</exception>
    public static async Task<RemoteTeacherClient> ConnectAsync(string endpoint, string name, TimeProvider time, CancellationToken cancellationToken)
    {
        KdClient client = new(endpoint);
        try
        {
            V1.Teacher teacher = await client.Teachers.DescribeAsync(
                new V1.DescribeTeacherRequest { Name = name }, deadline: time.GetUtcNow().UtcDateTime + s_patience, cancellationToken: cancellationToken);
            return new RemoteTeacherClient(client, teacher, time);
        }
        catch (RpcException e)
        {
            await client.DisposeAsync();
            throw e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded ? Unreachable(name, endpoint, e) : e.ToKd(endpoint);
        }
    }

    public Task<byte[]> TokenizerAsync(CancellationToken cancellationToken) => _client.CallAsync(async () =>
    {
        V1.TokenizerFile file = await _client.Teachers.GetTokenizerAsync(new V1.DescribeTeacherRequest { Name = Description.Name }, cancellationToken: cancellationToken);
        return file.Content.ToByteArray();
    });

    public async Task<IReadOnlyList<byte[]>> GetAsync(TeacherRequest request, CancellationToken cancellationToken)
    {
        await _inFlight.WaitAsync(cancellationToken);
        try
        {
            long since = _time.GetTimestamp();
            for (int attempt = 1; ; attempt++)
            {
                SoftTargetConnection connection = Connection();
                try
                {
                    using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    deadline.CancelAfter(s_answer);
                    return await connection.AskAsync(request, deadline.Token);
                }
                catch (RpcException e)
                {
                    if (_time.GetElapsedTime(since) > s_patience)
                    {
                        throw Unreachable(Description.Name, _client.Address, e);
                    }

                    await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(2000, 50 << Math.Min(attempt, 6))), _time, cancellationToken);
                }
                catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
                {
                    throw Unreachable(Description.Name, _client.Address, e);
                }
            }
        }
        finally
        {
            _inFlight.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        await _client.DisposeAsync();
        _inFlight.Dispose();
    }

    private static KdException Unreachable(string name, string endpoint, Exception inner) => new(
        "KD1306", $"the teacher could not be reached: {inner.Message}", $"teacher {name} at {endpoint}", "Is its silo running, and is this its address? Resume the run when it is.", inner);

    private SoftTargetConnection Connection()
    {
        lock (_gate)
        {
            if (_connection is { Broken: true } broken)
            {
                _ = broken.DisposeAsync().AsTask();
                _connection = null;
            }

            return _connection ??= new SoftTargetConnection(_client, Description);
        }
    }
}
