using System.Runtime.InteropServices;

namespace KdCluster;

/// <summary>
/// Gives a file a name that must be free, in one step of the file system: of several that try at once one succeeds, on local disks and on NFS.
/// <c>File.Move</c> without overwriting does not serve: on Unix it looks for the name first and renames afterwards, and the rename overwrites.
/// </summary>
internal static partial class HardLink
{
    private const int NotThere = 2 /* ENOENT */, Taken = 17 /* EEXIST */;

    /// <summary>Tries to give a file a second name.</summary>
    /// <returns>False: the name is taken, or somebody has removed the file.</returns>
    /// <exception cref="IOException">The file system refused.</exception>
    public static bool TryCreate(string file, string name)
    {
        if (OperatingSystem.IsWindows())
            return TryMove(file, name);
        if (Link(file, name) == 0)
            return true;
        int error = Marshal.GetLastPInvokeError();
        return error is Taken || error is NotThere && !File.Exists(file) ? false : throw new IOException($"the file system refuses a hard link, which keeps writers apart: {Marshal.GetPInvokeErrorMessage(error)} : '{name}'", error);
    }

    // There the system itself refuses a name that is taken.
    private static bool TryMove(string file, string name)
    {
        try
        {
            File.Move(file, name, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(name) || !File.Exists(file))
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string file, string name);
}
