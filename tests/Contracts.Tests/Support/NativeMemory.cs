using System.Globalization;
using System.Runtime.InteropServices;

namespace KdCluster.Tests;

/// <summary>The process's memory outside the managed heap, where tensors live.</summary>
internal static class NativeMemory
{
    /// <summary>Bytes that were asked of malloc and not freed.</summary>
    public static long InUse()
    {
        Collect();
        var info = MallocInfo();
        return info.InUse + info.Mapped;
    }

    /// <summary>Resident pages of no file, without the managed heap's, after malloc gave back what it could: what is left cannot be had again.</summary>
    public static long Resident()
    {
        Collect();
        _ = Trim(0);
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return (1024 * long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)) - GC.GetGCMemoryInfo().TotalCommittedBytes;
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        // Committed and resident are the same only when the collector gives back all it can.
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    [DllImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static extern int Trim(nuint keep);

    [DllImport("libc.so.6", EntryPoint = "mallinfo2")]
    private static extern Mallinfo2 MallocInfo();

    [StructLayout(LayoutKind.Explicit, Size = 80)]
    private struct Mallinfo2
    {
        [FieldOffset(32)] public nint Mapped;
        [FieldOffset(56)] public nint InUse;
    }
}
