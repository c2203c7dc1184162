using System.Runtime.InteropServices;

namespace KdCluster.Learning.Torch;

/// <summary>NVIDIA's driver.</summary>
internal static class CudaDriver
{
    public const string Library = "libcuda.so.1";

    // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR of cuda.h.
    private const int CapabilityMajor = 75;

    /// <summary>The newest CUDA that this machine's driver runs; null where there is no driver.</summary>
    public static unsafe Version? Version()
    {
        int version;   // 1000 × major + 10 × minor
        return NativeLibrary.TryLoad(Library, out nint library) && NativeLibrary.TryGetExport(library, "cuDriverGetVersion", out nint get) && ((delegate* unmanaged<int*, int>)get)(&version) == 0
            ? new Version(version / 1000, version % 1000 / 10)
            : null;
    }

    /// <summary>The major number of a device's compute capability; 0 where the driver does not say.</summary>
    /// <param name="device">As libtorch counts them.</param>
    public static unsafe int ComputeCapability(int device)
    {
        int handle, major;
        return NativeLibrary.TryLoad(Library, out nint library)
            && NativeLibrary.TryGetExport(library, "cuDeviceGet", out nint get) && NativeLibrary.TryGetExport(library, "cuDeviceGetAttribute", out nint ask)
            && ((delegate* unmanaged<int*, int, int>)get)(&handle, device) == 0
            && ((delegate* unmanaged<int*, int, int, int>)ask)(&major, CapabilityMajor, handle) == 0 ? major : 0;
    }
}
