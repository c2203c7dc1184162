using KdCluster.Grains;
using Orleans.Runtime;
using Orleans.Runtime.Services;

namespace KdCluster.Cluster.Runs;

/// <summary>The trainer threads of every silo, by the silo's address: a call goes there and nowhere else, and fails when that silo is gone.</summary>
internal sealed class TrainerServices(IServiceProvider services) : GrainServiceClient<ITrainerService>(services)
{
    public ITrainerService On(string silo) => GetGrainService(SiloAddress.FromParsableString(silo));
}
