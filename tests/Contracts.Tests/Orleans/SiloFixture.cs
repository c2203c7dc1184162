using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;

namespace KdCluster.Tests.OrleansRuntime;

/// <summary>The one silo that all these tests share.</summary>
public sealed class SiloFixture : IAsyncLifetime
{
    private IHost? _host;

    public IServiceProvider Services => _host!.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public Probe Probe => Services.GetRequiredService<Probe>();

    public ProbeStorage Storage => (ProbeStorage)Services.GetRequiredKeyedService<Orleans.Storage.IGrainStorage>("probe");

    public async ValueTask InitializeAsync() => _host = await SiloHost.StartAsync(silo =>
    {
        silo.AddMemoryGrainStorage("memory");
        silo.AddMemoryGrainStorageAsDefault();
        silo.Services.AddGrainStorage("probe", (_, _) => new ProbeStorage());
        silo.AddIncomingGrainCallFilter<IncomingFilter>();
        silo.AddIncomingGrainCallFilter(async context =>
        {
            IncomingFilter.Note(context, "second");
            await context.Invoke();
        });
        silo.AddOutgoingGrainCallFilter(OutgoingFilter.Invoke);
        silo.Configure<GrainCollectionOptions>(options =>
        {
            options.CollectionQuantum = TimeSpan.FromMilliseconds(200);
            options.ClassSpecificCollectionAge[typeof(IdleGrain).FullName!] = TimeSpan.FromMilliseconds(600);
        });
    });

    public async ValueTask DisposeAsync()
    {
        await _host!.StopAsync();
        _host.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class SiloCollection : ICollectionFixture<SiloFixture>
{
    public const string Name = "one silo";
}

[Collection(SiloCollection.Name)]
public abstract class SiloTests(SiloFixture silo)
{
    protected SiloFixture Silo { get; } = silo;

    protected Probe Probe => Silo.Probe;

    protected IGrainFactory Grains => Silo.Grains;

    /// <summary>A key that no other test uses, so that each test has grains of its own.</summary>
    protected static string NewKey() => Guid.NewGuid().ToString("N");
}
