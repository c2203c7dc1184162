using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Silos.Placement;
using KdCluster.Cluster.Teachers.Probes;
using KdCluster.Grains;
using KdCluster.Runs;
using Orleans.Placement;
using Orleans.Runtime;

namespace KdCluster.Cluster.Teachers;

/// <summary>The hand of a teacher's grain on one silo: puts the model into the silo's registry, whose device worker loads and computes.</summary>
[TeacherSilo, Immovable]
internal sealed class TeacherReplicaGrain(TeacherRegistry registry, KdClusterOptions options, SelfEndpoint self, ILocalSiloDetails silo) : Grain, ITeacherReplicaGrain
{
    private string Name => this.GetPrimaryKeyString().Split('/')[0];

    public async Task<TeacherPlace> LoadAsync(TeacherDeployment deployment)
    {
        try
        {
            TeacherHost host = await registry.LoadAsync(Name, deployment.Device.Length > 0 ? deployment : deployment with { Device = options.Device }, CancellationToken.None);
            return Here(host);
        }
        catch (KdException e)
        {
            return new TeacherPlace("", KdError.From(e)) { Silo = Silo, Runtime = ReplicaProbe.Runtime };
        }
    }

    public Task<TeacherPlace> CheckAsync() => Task.FromResult(registry.Find(Name) is { } host ? Here(host) : new TeacherPlace("", []));

    public async Task UnloadAsync(string from)
    {
        if (from == Silo)
        {
            await registry.RemoveAsync(Name);
        }

        DeactivateOnIdle();
    }

    private string Silo => silo.SiloAddress.ToParsableString();

    private TeacherPlace Here(TeacherHost host) => new(self.Address, []) { Silo = Silo, Fingerprints = [.. host.Fingerprints], Device = host.Deployment.Device, Numerics = host.Deployment.Numerics };
}
