using System.Runtime.InteropServices;

namespace KdCluster;

/// <summary>Folders as files that can be flushed. .NET opens no folders, and a name is on disk only when the folder that holds it is.</summary>
internal static partial class Folders
{
    private const int ReadOnly = 0, Denied = 13 /* EACCES */, Broken = 5 /* EIO */;

    /// <summary>Makes a folder and those above it, each of them on disk.</summary>
    public static void Create(string folder)
    {
        if (Directory.Exists(folder))
            return;
        string? parent = Path.GetDirectoryName(Path.GetFullPath(folder));
        if (parent is not null)
            Create(parent);
        Directory.CreateDirectory(folder);
        if (parent is not null)
            Flush(parent);
    }

    /// <summary>Waits until the names in a folder are on disk. A file system that cannot flush folders is taken as it is.</summary>
    /// <exception cref="IOException">They are not: the disk is full or broken.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            if (Marshal.GetLastPInvokeError() != Denied)
                throw Failed(folder);
            return;
        }

        try
        {
            if (FSync(descriptor) != 0 && Failed(folder) is { } failure && (failure.HResult == Broken || FileErrors.IsFull(failure)))
                throw failure;
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string folder)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{folder}'", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
