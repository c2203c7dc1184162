using Google.Protobuf.Reflection;
using KdCluster.V1;

namespace KdCluster.Client.Connections;

/// <summary>What may be done with a call when a silo does not answer. The protos say it: <c>option idempotency_level</c>.</summary>
internal static class CallRules
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(10);

    private static readonly HashSet<string> s_repeatable = [.. new[] { RunReflection.Descriptor, TeacherReflection.Descriptor, ClusterReflection.Descriptor, WeightingReflection.Descriptor }
        .SelectMany(f => f.Services).SelectMany(s => s.Methods)
        .Where(m => m.GetOptions() is { IdempotencyLevel: not MethodOptions.Types.IdempotencyLevel.IdempotencyUnknown })
        .Select(m => $"/{m.Service.FullName}/{m.Name}")];

    // They load a model, read a data set, or read a whole store.
    private static readonly HashSet<string> s_slow =
    [
        "/kdcluster.v1.TeacherService/Deploy", "/kdcluster.v1.RunService/Check", "/kdcluster.v1.RunService/Start",
        "/kdcluster.v1.WeightingService/Instances", "/kdcluster.v1.ClusterService/StoreVerify", "/kdcluster.v1.ClusterService/StoreClear",
    ];

    /// <summary>Whether asking twice, and at any silo, does no more than asking once. What is meant for one silo alone, as a drain, says no level and goes nowhere else.</summary>
    /// <param name="method">As on the wire: <c>/package.Service/Method</c>.</param>
    public static bool Repeatable(string method) => s_repeatable.Contains(method);

    /// <summary>How long a call may take that names no deadline.</summary>
    public static TimeSpan Deadline(string method, KdClientOptions options) => s_slow.Contains(method) && options.Deadline < s_long ? s_long : options.Deadline;
}
