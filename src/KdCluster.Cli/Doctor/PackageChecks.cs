using System.Reflection;
using Grpc.Net.Client;
using StackExchange.Redis;
using TorchSharp;

namespace KdCluster.Cli.Doctor;

/// <summary>What the program stands on, as the loaded assemblies name themselves.</summary>
internal static class PackageChecks
{
    /// <summary>One line for each package.</summary>
    public static Task<IReadOnlyList<Check>> PackagesAsync()
    {
        Assembly[] packages = [typeof(Grain).Assembly, typeof(torch).Assembly, typeof(GrpcChannel).Assembly, typeof(ConnectionMultiplexer).Assembly];
        return Task.FromResult<IReadOnlyList<Check>>([.. packages.Select(p => Check.Ok("package", $"{p.GetName().Name} {KdVersion.Of(p)}"))]);
    }
}
