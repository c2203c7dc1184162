using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KdCluster.Tests.Fuzz;

/// <summary>What this process holds, apart: live objects, large ones, what native code allocated and did not free, and all pages, which hold these and what allocators keep for later.</summary>
/// <param name="Managed">Bytes of live objects, after a full collection, without the large ones.</param>
/// <param name="Large">Bytes of arrays beyond 85,000 bytes: mostly what the runtime's pool of buffers keeps for the next message, and lets go after a minute without one.</param>
/// <param name="Native">Bytes that malloc has given out; 0 where the C library does not tell.</param>
/// <param name="Resident">Bytes of pages in memory.</param>
internal readonly record struct Footprint(long Managed, long Large, long Native, long Resident)
{
    public static Footprint Now()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using Process me = Process.GetCurrentProcess();
        ReadOnlySpan<GCGenerationInfo> parts = GC.GetGCMemoryInfo(GCKind.Any).GenerationInfo;
        long all = 0, large = Live(parts[3]);
        foreach (GCGenerationInfo part in parts)
        {
            all += Live(part);
        }

        return new Footprint(all - large, large, InUse(), me.WorkingSet64);
    }

    public static string Growth(Footprint before, Footprint after) =>
        $"{Mib(before.Managed)} → {Mib(after.Managed)} | {Mib(before.Large)} → {Mib(after.Large)} | {Mib(before.Native)} → {Mib(after.Native)} | {Mib(before.Resident)} → {Mib(after.Resident)}";

    // Generations 0 to 2, large, pinned.
    private static long Live(GCGenerationInfo part) => part.SizeAfterBytes - part.FragmentationAfterBytes;

    private static long Mib(long bytes) => bytes >> 20;

    private static long InUse()
    {
        try
        {
            MallocInfo info = mallinfo2();
            return (long)(info.InUse + info.Mapped);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, or an older one.
            return 0;
        }
        catch (DllNotFoundException)
        {
            return 0;
        }
    }

    [DllImport("libc.so.6"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable SYSLIB1054, IDE1006 // A test needs no generated marshalling; the name is the C library's.
    private static extern MallocInfo mallinfo2();
#pragma warning restore SYSLIB1054, IDE1006

    /// <summary>As in malloc.h; over all arenas.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MallocInfo
    {
        public nuint Arena, FreeChunks, FastChunks, MappedChunks, Mapped, Unused, FastBytes, InUse, Free, Top;
    }
}
