using Grpc.Core;
using KdCluster.Client.Connections;
using KdCluster.V1;

namespace KdCluster.Client;

/// <summary>
/// A connection to a cluster, through any of its silos. Thread-safe; keep one per cluster.
/// Calls throw <see cref="KdException"/> with the silo's own coded errors (<c>KD1601</c> when it cannot be reached). A call that may be made twice is made
/// again, over the addresses in turn, while no silo answers (<see cref="KdClientOptions.RetryTimeout"/>).
/// </summary>
public sealed class KdClient : IAsyncDisposable, IDisposable
{
    private readonly SiloChannels _silos;

    /// <summary>Connects lazily.</summary>
    /// <param name="address">A silo's address, such as <c>http://127.0.0.1:5200</c>.</param>
    /// <exception cref="KdException"><c>KD1340</c>: it is no address.</exception>
    public KdClient(string address)
        : this(new KdClientOptions { Addresses = [address] })
    {
    }

    /// <summary>Connects lazily.</summary>
    /// <param name="options">Where, as whom, and with what patience.</param>
    /// <exception cref="KdException"><c>KD1340</c>: every mistake in the options at once.</exception>
    public KdClient(KdClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _silos = new SiloChannels(options);
        SiloInvoker invoker = new(_silos, new BearerToken(options), options);
        Runs = new RunService.RunServiceClient(invoker);
        Teachers = new TeacherService.TeacherServiceClient(invoker);
        Cluster = new ClusterService.ClusterServiceClient(invoker);
        Weightings = new WeightingService.WeightingServiceClient(invoker);
        Invoker = invoker;
    }

    /// <summary>The address of the silo in use.</summary>
    public string Address => _silos.Current.Address;

    /// <summary>The run service's own stub; it throws <see cref="RpcException"/>.</summary>
    public RunService.RunServiceClient Runs { get; }

    /// <summary>The teacher service's own stub; it throws <see cref="RpcException"/>.</summary>
    public TeacherService.TeacherServiceClient Teachers { get; }

    /// <summary>The cluster service's own stub; it throws <see cref="RpcException"/>.</summary>
    public ClusterService.ClusterServiceClient Cluster { get; }

    /// <summary>The weighting service's own stub; it throws <see cref="RpcException"/>.</summary>
    public WeightingService.WeightingServiceClient Weightings { get; }

    /// <summary>For the stubs of further services of the same silos: with the client's token, deadline and addresses.</summary>
    public CallInvoker Invoker { get; }

    internal KdClientOptions Options { get; }

    /// <summary>Asks what keeps a run of a recipe from starting, and what its data hold. Starts nothing; the data are read.</summary>
    /// <param name="recipe">The recipe's text; paths in it absolute, as the silo sees them.</param>
    /// <param name="source">Where the text came from, for error messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Every mistake at once, none where a run can start, and the data's profile where the data can be read.</returns>
    /// <exception cref="KdException"><c>KD1601</c>: the silo cannot be reached, or is of a version that does not check.</exception>
    public Task<RecipeCheck> CheckAsync(string recipe, string source = "recipe", CancellationToken cancellationToken = default) => CallAsync(async () =>
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return await Runs.CheckAsync(new CheckRecipeRequest { Recipe = recipe, Source = source }, cancellationToken: cancellationToken).ConfigureAwait(false);
    });

    /// <summary>Starts a run.</summary>
    /// <param name="recipe">The recipe's text; paths in it absolute, as the silo sees them.</param>
    /// <param name="source">Where the text came from, for error messages.</param>
    /// <param name="id">Asking again with the same id starts nothing twice; null takes the recipe's name, the time and a random end.</param>
    /// <param name="cancellationToken">Cancels the call; a run that has started continues.</param>
    /// <exception cref="KdException">Every mistake at once, as <see cref="CheckAsync"/> finds them: of the recipe (<c>KD10xx</c>), its data (<c>KD11xx</c>), its teachers (<c>KD13xx</c>); <c>KD1601</c>: the silo cannot be reached.</exception>
    public Task<RunHandle> StartAsync(string recipe, string source = "recipe", string? id = null, CancellationToken cancellationToken = default) => CallAsync(async () =>
    {
        ArgumentNullException.ThrowIfNull(recipe);
        StartRunRequest request = new() { Recipe = recipe, Source = source, Id = id ?? RunIds.New(recipe, Options.Time) };
        Run run = await Runs.StartAsync(request, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new RunHandle(this, run.Id);
    });

    /// <summary>A run that was started before, by anyone.</summary>
    /// <param name="id">Its id.</param>
    public RunHandle Run(string id) => new(this, id);

    /// <summary>Makes a call, and turns what gRPC throws into coded errors.</summary>
    /// <param name="call">The call, on one of the stubs.</param>
    /// <exception cref="KdException">The silo's own errors; <c>KD1601</c>: it cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
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

    /// <summary>Ends the calls that are still open, and the connections.</summary>
    public void Dispose() => _silos.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
