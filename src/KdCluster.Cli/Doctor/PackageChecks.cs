using System.Reflection;
using Grpc.Net.Client;
using StackExchange.Redis;
using TorchSharp;

namespace KdCluster.Cli.Doctor;

/// <summary>Which packages the program was built with: the real ones, or the polyfills. The loaded assemblies say it.</summary>
internal static class PackageChecks
{
    private const string PolyfillPrefix = "KdCluster.Polyfills.";

    /// <summary>The mode, then each package.</summary>
    public static Task<IReadOnlyList<Check>> PackagesAsync()
    {
        Assembly[] packages = [typeof(Grain).Assembly, typeof(torch).Assembly, typeof(GrpcChannel).Assembly, typeof(ConnectionMultiplexer).Assembly];
        bool[] polyfilled = [.. packages.Select(IsPolyfill)];
        string? mode = polyfilled switch
        {
            [false, false, false, false] => "nuget: the real packages",
            [false, true, false, false] => "nuget, TorchSharp by its polyfill: its native library is not for this system",
            [true, true, true, true] => "polyfill: the feed lacked the real packages; one silo at a time, because several need the real Orleans",
            _ => null,
        };
        Check first = mode is null
            ? new Check("packages", CheckState.Fail, "parts of two package modes are beside each other", "Build again from clean: delete artifacts.")
            : Check.Ok("packages", mode);
        return Task.FromResult<IReadOnlyList<Check>>([first, .. packages.Select(p => Check.Ok("package", $"{p.GetName().Name} {VersionOf(p)}"))]);
    }

    private static bool IsPolyfill(Assembly assembly) => assembly.GetName().Name!.StartsWith(PolyfillPrefix, StringComparison.Ordinal);

    private static string VersionOf(Assembly assembly) =>
        (assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "?").Split('+', ' ')[0].TrimEnd('.');
}
