using static TorchSharp.torch;

namespace KdCluster.Learning.Weightings;

/// <summary>Brings a small tensor to the host.</summary>
internal static class HostArray
{
    /// <summary>A float32 tensor's numbers, row-major; waits for the device.</summary>
    public static float[] Of(Tensor tensor)
    {
        using var own = tensor.detach();
        using var host = own.cpu();
        using var dense = host.contiguous();
        return dense.data<float>().ToArray();
    }
}
