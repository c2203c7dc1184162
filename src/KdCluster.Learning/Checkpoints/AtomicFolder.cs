using System.Runtime.InteropServices;

namespace KdCluster.Learning.Checkpoints;

/// <summary>Replaces a folder as a whole: a reader finds the old one or the new one, also after a crash.</summary>
internal static partial class AtomicFolder
{
    private const int AtCurrentFolder = -100;
    private const uint Exchange = 2;

    /// <summary>Writes files beside the folder, flushes them, and puts them in its place.</summary>
    /// <param name="folder">The folder to make or replace.</param>
    /// <param name="files">Names and what writes them.</param>
    /// <exception cref="KdException"><c>KD1620</c>: there is no room; <c>KD1798</c>: the folder cannot be written. What was there before still is.</exception>
    public static void Write(string folder, IEnumerable<(string Name, Action<Stream> Write)> files)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string parent = Path.GetDirectoryName(folder) ?? throw new ArgumentException("a drive's root cannot be replaced.", nameof(folder));
        string temporary = Path.Combine(parent, $".{Path.GetFileName(folder)}.writing");
        Directory.CreateDirectory(parent);
        Remove(temporary); // A killed process left it.
        try
        {
            Directory.CreateDirectory(temporary);
            foreach ((string name, Action<Stream> write) in files)
            {
                using FileStream stream = File.Create(Path.Combine(temporary, name));
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            Folders.Flush(temporary);
        }
        catch (Exception e) when (FileErrors.Of(e, folder) is { } error)
        {
            Remove(temporary); // Half a folder would take the room that is missing.
            throw new KdException([error], e);
        }

        Replace(temporary, folder);
        Folders.Flush(parent);
    }

    private static void Replace(string temporary, string folder)
    {
        if (!Directory.Exists(folder))
        {
            Directory.Move(temporary, folder);
            return;
        }
        if (OperatingSystem.IsLinux() && RenameAt2(AtCurrentFolder, temporary, AtCurrentFolder, folder, Exchange) == 0)
        {
            Remove(temporary);
            return;
        }
        // File systems that cannot exchange: the old folder is out of place for a moment.
        string old = $"{temporary}.old";
        Remove(old);
        Directory.Move(folder, old);
        Directory.Move(temporary, folder);
        Remove(old);
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int oldFolder, string oldPath, int newFolder, string newPath, uint flags);
}
