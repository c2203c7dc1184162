using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace KdCluster.Learning.Torch;

/// <summary>Whether a device multiplies bfloat16 by instructions of its own. Without them it is slower than single precision.</summary>
public static class Bf16Processor
{
    // NVIDIA's first with them is Ampere.
    private const int Ampere = 8;

    /// <summary>Whether it does.</summary>
    /// <param name="device">Of <see cref="TorchRuntime.ParseDevice"/>.</param>
    public static bool IsFast(torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.type == DeviceType.CUDA ? CudaDriver.ComputeCapability(device.index) >= Ampere : HasInstructions();
    }

    // AVX512_BF16: leaf 7.1, EAX bit 5. AMX-BF16: leaf 7.0, EDX bit 22 (Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID).
    private static bool HasInstructions()
    {
        if (!Avx512F.IsSupported)
            return false;
        (int leaves, _, _, int first) = X86Base.CpuId(7, 0);
        return (leaves >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0) || (first & (1 << 22)) != 0;
    }
}
