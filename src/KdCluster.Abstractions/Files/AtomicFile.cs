namespace KdCluster;

/// <summary>Writes a file so that a reader, or a crash, sees the old content or the new one and nothing between.</summary>
internal static class AtomicFile
{
    /// <summary>Puts a file in the place of what is there.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="content">What it holds afterwards.</param>
    /// <exception cref="KdException"><c>KD1620</c>: there is no room; <c>KD1798</c>: the file cannot be written. What was there before still is.</exception>
    public static void Write(string path, byte[] content) => Write(path, stream => stream.Write(content));

    /// <inheritdoc cref="Write(string, byte[])"/>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="mode">Who may use the file; null: what the process's mask leaves.</param>
    public static void Write(string path, Action<Stream> write, UnixFileMode? mode = null) => Aside(path, write, mode, aside =>
    {
        File.Move(aside, path, overwrite: true);
        Folders.Flush(Path.GetDirectoryName(path)!);
        return true;
    });

    /// <summary>Creates a file that must not exist. The content bears something random, so that no two writers have the same.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="content">What it holds.</param>
    /// <returns>Whether the file is this caller's; false: another was first, and its file is untouched.</returns>
    /// <exception cref="KdException"><c>KD1620</c>: there is no room; <c>KD1798</c>: the file cannot be written.</exception>
    public static bool TryCreate(string path, byte[] content) => Aside(path, stream => stream.Write(content), null, aside =>
    {
        // An NFS server whose answer was lost is asked again, and says then that the name is taken: by whom, only the content tells.
        bool created = HardLink.TryCreate(aside, path) || Holds(path, content);
        if (created)
            Folders.Flush(Path.GetDirectoryName(path)!);
        return created;
    });

    // Others may remove the file at any moment, once they have written more: then it is nobody's.
    internal static bool Holds(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            return content.SequenceEqual(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private static bool Aside(string path, Action<Stream> write, UnixFileMode? mode, Func<string, bool> publish)
    {
        string aside = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (mode is not null && !OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (FileStream stream = new(aside, options))
            {
                // By a call of its own: the mode that a file is created with is cut by the process's mask.
                if (mode is { } wanted && !OperatingSystem.IsWindows())
                    File.SetUnixFileMode(stream.SafeFileHandle, wanted);
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            return publish(aside);
        }
        catch (Exception e) when (FileErrors.Of(e, path) is { } error)
        {
            throw new KdException([error], e);
        }
        finally
        {
            File.Delete(aside); // Half a file would take the room that is missing.
        }
    }
}
