using Grpc.Core;
using Grpc.Net.Client;
using KdCluster.V1;

namespace KdCluster.Client;

/// <summary>
/// A connection to a cluster, through any of its silos. Safe from many threads; keep one per cluster.
/// Calls throw <see cref="KdException"/> with the silo's own coded errors (<c>KD1601</c> when it cannot be reached).
/// </summary>
public sealed class KdClient : IAsyncDisposable
{
    private readonly GrpcChannel _channel;

    /// <summary>Connects lazily.</summary>
    /// <param name="address">A silo's address, such as <c>http://127.0.0.1:5200</c>.</param>
    public KdClient(string address)
    {
        Address = address;
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = 64 << 20, MaxSendMessageSize = 64 << 20 });
        Runs = new RunService.RunServiceClient(_channel);
        Teachers = new TeacherService.TeacherServiceClient(_channel);
        Cluster = new ClusterService.ClusterServiceClient(_channel);
    }

    /// <summary>The silo's address.</summary>
    public string Address { get; }

    /// <summary>The run service's own stub; it throws <see cref="RpcException"/>.</summary>
    public RunService.RunServiceClient Runs { get; }

    /// <summary>The teacher service's own stub; it throws <see cref="RpcException"/>.</summary>
    public TeacherService.TeacherServiceClient Teachers { get; }

    /// <summary>The cluster service's own stub; it throws <see cref="RpcException"/>.</summary>
    public ClusterService.ClusterServiceClient Cluster { get; }

    /// <summary>Starts a run.</summary>
    /// <param name="recipe">The recipe's text; paths in it absolute, as the silo sees them.</param>
    /// <param name="source">Where the text came from, for error messages.</param>
    /// <param name="id">Chosen by the caller so that asking again starts nothing twice; null lets the silo choose.</param>
    /// <param name="cancellationToken">Gives up asking; the run, once started, goes on.</param>
    /// <exception cref="KdException"><c>KD10xx</c>: every mistake in the recipe at once; <c>KD1601</c>: the silo cannot be reached.</exception>
    public Task<RunHandle> StartAsync(string recipe, string source = "recipe", string? id = null, CancellationToken cancellationToken = default) => CallAsync(async () =>
    {
        Run run = await Runs.StartAsync(new StartRunRequest { Recipe = recipe, Source = source, Id = id ?? "" }, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new RunHandle(this, run.Id);
    });

    /// <summary>A run that was started before, by anyone.</summary>
    public RunHandle Run(string id) => new(this, id);

    /// <summary>Makes a call, and turns what gRPC throws into coded errors.</summary>
    public async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.Cancelled)
        {
            throw e.ToKd(Address);
        }
        catch (RpcException e)
        {
            throw new OperationCanceledException("the call was cancelled.", e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }
}
