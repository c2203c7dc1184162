using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Learning.Weightings;

/// <summary>Brings a small tensor to the host.</summary>
internal static class HostArray
{
    /// <summary>A float32 tensor's numbers, row-major; waits for the device.</summary>
    public static float[] Of(Tensor tensor)
    {
        // What lies here in order is copied as it is: each operator costs more than the copy.
        if (tensor.device.type == DeviceType.CPU && tensor.is_contiguous())
            return Floats(tensor).ToArray();
        using var own = tensor.detach();
        using var host = own.cpu();
        using var dense = host.contiguous();
        return Floats(dense).ToArray();
    }

    /// <summary>The numbers of a contiguous float32 tensor on the host, in place; they live as long as it does.</summary>
    public static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
