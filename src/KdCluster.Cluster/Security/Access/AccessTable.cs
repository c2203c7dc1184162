using System.Collections.Frozen;
using KdCluster.Cluster.Hosting;

namespace KdCluster.Cluster.Security;

/// <summary>The least role for every method of every service, and for every other page that a silo serves. What is not here is refused.</summary>
internal static class AccessTable
{
    /// <summary>By path, exactly as it is asked for.</summary>
    public static FrozenDictionary<string, Role> Least { get; } = new Dictionary<string, Role>(StringComparer.Ordinal)
    {
        ["/kdcluster.v1.TeacherService/List"] = Role.Observer,
        ["/kdcluster.v1.TeacherService/Describe"] = Role.Observer,
        ["/kdcluster.v1.TeacherService/GetTokenizer"] = Role.Client,
        ["/kdcluster.v1.TeacherService/Get"] = Role.Client,
        ["/kdcluster.v1.TeacherService/Stream"] = Role.Client,
        ["/kdcluster.v1.TeacherService/Deploy"] = Role.Operator,
        ["/kdcluster.v1.TeacherService/Undeploy"] = Role.Operator,
        ["/kdcluster.v1.TeacherService/Scale"] = Role.Operator,

        ["/kdcluster.v1.RunService/Check"] = Role.Client,
        ["/kdcluster.v1.RunService/Start"] = Role.Client,
        ["/kdcluster.v1.RunService/Watch"] = Role.Observer,
        ["/kdcluster.v1.RunService/Get"] = Role.Observer,
        ["/kdcluster.v1.RunService/List"] = Role.Observer,
        ["/kdcluster.v1.RunService/Cancel"] = Role.Client,
        ["/kdcluster.v1.RunService/Resume"] = Role.Client,
        ["/kdcluster.v1.RunService/Report"] = Role.Observer,
        ["/kdcluster.v1.RunService/Warm"] = Role.Client,

        ["/kdcluster.v1.ClusterService/Describe"] = Role.Observer,
        ["/kdcluster.v1.ClusterService/Silos"] = Role.Observer,
        ["/kdcluster.v1.ClusterService/Overview"] = Role.Observer,
        ["/kdcluster.v1.ClusterService/Drain"] = Role.Operator,
        ["/kdcluster.v1.ClusterService/StoreStats"] = Role.Observer,
        ["/kdcluster.v1.ClusterService/StoreVerify"] = Role.Operator,
        ["/kdcluster.v1.ClusterService/StoreClear"] = Role.Operator,

        // Probes of whoever runs the process ask without a token; they learn nothing but yes or no.
        ["/grpc.health.v1.Health/Check"] = Role.None,
        ["/grpc.health.v1.Health/Watch"] = Role.None,
        ["/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"] = Role.Observer,
        ["/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"] = Role.Observer,

        ["/inference.GRPCInferenceService/ServerLive"] = Role.None,
        ["/inference.GRPCInferenceService/ServerReady"] = Role.None,
        ["/inference.GRPCInferenceService/ModelReady"] = Role.Observer,
        ["/inference.GRPCInferenceService/ServerMetadata"] = Role.Observer,
        ["/inference.GRPCInferenceService/ModelMetadata"] = Role.Observer,
        ["/inference.GRPCInferenceService/ModelInfer"] = Role.Client,

        ["/livez"] = Role.None,
        ["/readyz"] = Role.None,
        ["/metrics"] = Role.Observer,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The least role for a path; false when nothing is known of it, and nobody may ask for it.</summary>
    public static bool TryFind(string path, out Role least)
    {
        if (path == DashboardPages.Path || path.StartsWith(DashboardPages.Path + "/", StringComparison.Ordinal))
        {
            least = Role.Operator;
            return true;
        }

        return Least.TryGetValue(path, out least);
    }
}
