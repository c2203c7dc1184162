using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace KdCluster.Tests.OrleansRuntime;

/// <summary>These need silos of their own, because they stop them.</summary>
[Collection(SiloCollection.Name)]
public class LifecycleTests
{
    [Fact]
    public async Task Stages_start_upwards_and_stop_downwards_around_the_life_of_the_grains()
    {
        var recorder = new Recorder();
        var host = await SiloHost.StartAsync(silo =>
        {
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(recorder);
            silo.AddStartupTask(async (services, _) =>
            {
                recorder.Log.Enqueue($"task {await services.GetRequiredService<IGrainFactory>().GetGrain<IFarewellGrain>("g").Greet()}");
            });
            silo.Configure<ClusterOptions>(options => options.ClusterId = "here");
            silo.Configure<SiloOptions>(options => options.SiloName = "first");
        });
        var details = host.Services.GetRequiredService<ILocalSiloDetails>();
        Assert.Equal(("first", "here"), (details.Name, details.ClusterId));
        Assert.NotEqual(0, details.SiloAddress.Endpoint.Port);
        var client = host.Services.GetRequiredService<IClusterClient>();
        Assert.Equal(2, await client.GetGrain<IFarewellGrain>("g").Greet());
        var probe = host.Services.GetRequiredService<Probe>();
        await host.StopAsync();

        Assert.Equal(DeactivationReasonCode.ShuttingDown, await probe.Next("g"));
        Assert.Equal(["start 5000", "start 9000", "task 1", "start 30000", "stop 30000", "stop 9000", "stop 5000"], recorder.Log);
        host.Dispose();
    }

    [Fact]
    public async Task A_stage_that_fails_keeps_the_silo_from_starting()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => SiloHost.StartAsync(silo =>
            silo.AddStartupTask((_, _) => throw new UnlikelyException("no start"))));
        Assert.Contains("no start", failure.ToString());
    }

    public interface IFarewellGrain : IGrainWithStringKey
    {
        Task<int> Greet();
    }

    public sealed class FarewellGrain(Probe probe) : Grain, IFarewellGrain
    {
        private int _greetings;

        public Task<int> Greet() => Task.FromResult(++_greetings);

        public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
        {
            await Task.Yield();
            probe.Say(this.GetPrimaryKeyString(), reason.ReasonCode);
        }
    }

    private sealed class Recorder : ILifecycleParticipant<ISiloLifecycle>
    {
        public ConcurrentQueue<string> Log { get; } = new();

        public void Participate(ISiloLifecycle lifecycle)
        {
            foreach (var stage in new[] { 30000, 5000, 9000 })
                lifecycle.Subscribe($"stage {stage}", stage, _ => Note($"start {stage}"), _ => Note($"stop {stage}"));
        }

        private Task Note(string what)
        {
            Log.Enqueue(what);
            return Task.CompletedTask;
        }
    }
}
