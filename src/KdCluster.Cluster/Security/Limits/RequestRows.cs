using KdCluster.Cluster.Teachers;
using KdCluster.V1;
using KdCluster.Wire.Inference;

namespace KdCluster.Cluster.Security;

/// <summary>How many rows of soft targets a message asks for.</summary>
internal static class RequestRows
{
    public static int Of(object message) => message switch
    {
        SoftTargetRequest request => TensorMessages.Count(request),
        ModelInferRequest { Inputs: [{ Shape: [var rows, ..] }, ..] } => (int)Math.Clamp(rows, 0, int.MaxValue),
        _ => 0,
    };
}
