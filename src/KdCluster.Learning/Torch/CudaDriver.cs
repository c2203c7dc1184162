using System.Runtime.InteropServices;

namespace KdCluster.Learning.Torch;

/// <summary>NVIDIA's driver.</summary>
internal static class CudaDriver
{
    public const string Library = "libcuda.so.1";

    /// <summary>The newest CUDA that this machine's driver runs; null where there is no driver.</summary>
    public static unsafe Version? Version()
    {
        int version;   // 1000 × major + 10 × minor
        return NativeLibrary.TryLoad(Library, out nint library) && NativeLibrary.TryGetExport(library, "cuDriverGetVersion", out nint get) && ((delegate* unmanaged<int*, int>)get)(&version) == 0
            ? new Version(version / 1000, version % 1000 / 10)
            : null;
    }
}
