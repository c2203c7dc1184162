using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Activations;
using Orleans.Calls;
using Orleans.Configuration;
using Orleans.Grains;

namespace Orleans.Hosting;

/// <summary>What the parts of the one silo share.</summary>
internal sealed class Silo
{
    private readonly Lazy<IIncomingGrainCallFilter[]> _incoming;
    private readonly Lazy<IOutgoingGrainCallFilter[]> _outgoing;

    public Silo(IServiceProvider services, TimeProvider time, ILoggerFactory logs, IOptions<SiloMessagingOptions> messaging, IOptions<GrainCollectionOptions> collection)
    {
        Services = services;
        Time = time;
        Log = logs.CreateLogger("Orleans.Silo");
        ResponseTimeout = messaging.Value.ResponseTimeout;
        Collection = collection.Value;
        Check(Collection);
        // A filter may itself ask for the grain factory, and so for the silo.
        _incoming = new(() => [.. services.GetServices<IIncomingGrainCallFilter>()]);
        _outgoing = new(() => [.. services.GetServices<IOutgoingGrainCallFilter>()]);
        Grains = new GrainRegistry(Collection);
        Catalog = new Catalog(this);
        Calls = new CallSender(this);
        GrainFactory = new GrainFactory(this);
    }

    public IServiceProvider Services { get; }

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    public TimeSpan ResponseTimeout { get; }

    public GrainCollectionOptions Collection { get; }

    public GrainRegistry Grains { get; }

    public Catalog Catalog { get; }

    public CallSender Calls { get; }

    public GrainFactory GrainFactory { get; }

    public IIncomingGrainCallFilter[] IncomingFilters => _incoming.Value;

    public IOutgoingGrainCallFilter[] OutgoingFilters => _outgoing.Value;

    public long TimestampIn(TimeSpan time) => Time.GetTimestamp() + (long)(time.TotalSeconds * Time.TimestampFrequency);

    private static void Check(GrainCollectionOptions options)
    {
        if (options.CollectionQuantum <= TimeSpan.Zero)
            throw new Runtime.OrleansConfigurationException($"CollectionQuantum is set to {options.CollectionQuantum}. It must be greater than 0.");
        foreach (var age in options.ClassSpecificCollectionAge.Values.Prepend(options.CollectionAge))
        {
            if (age <= options.CollectionQuantum)
                throw new Runtime.OrleansConfigurationException($"CollectionAge is set to {age}. It must be greater than CollectionQuantum, which is set to {options.CollectionQuantum}.");
        }
    }
}
