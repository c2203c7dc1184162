using System.Globalization;
using System.Runtime.InteropServices;

namespace KdCluster.Learning.Torch;

/// <summary>What libtorch's native libraries read once, when they load: so it is set before any of them does.</summary>
internal static partial class NativeEnvironment
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;

    /// <summary>Sets thread counts and OpenMP's wait policy where the user did not.</summary>
    public static void SetThreads(int threads)
    {
        if (OperatingSystem.IsWindows())
            return;
        string count = threads.ToString(CultureInfo.InvariantCulture);
        // Spinning OpenMP threads made steps 10 to 40 times slower on shared cores.
        SetIfAbsent("OMP_WAIT_POLICY", "passive");
        foreach (string name in (ReadOnlySpan<string>)["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"])
            SetIfAbsent(name, count);
    }

    /// <summary>Keeps freed tensors in the heap: by default glibc maps and unmaps pages for each large one, which doubles a small model's step.</summary>
    public static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out nint libc) || !NativeLibrary.TryGetExport(libc, "mallopt", out _))
            return;
        // 32 MiB is the largest mmap threshold that glibc takes.
        _ = Mallopt(MmapThreshold, 32 << 20);
        _ = Mallopt(TrimThreshold, 1 << 30);
    }

    // Environment.SetEnvironmentVariable changes .NET's copy only; native getenv does not see it.
    private static void SetIfAbsent(string name, string value) => _ = SetEnv(name, value, 0);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);
}
