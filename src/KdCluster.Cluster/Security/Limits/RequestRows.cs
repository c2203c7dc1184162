using KdCluster.V1;

namespace KdCluster.Cluster.Security;

/// <summary>How many rows of soft targets a message asks for.</summary>
internal static class RequestRows
{
    public static int Of(object message) => message is SoftTargetRequest request ? request.Lengths.Count : 0;
}
