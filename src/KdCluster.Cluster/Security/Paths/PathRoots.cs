namespace KdCluster.Cluster.Security;

/// <summary>Keeps the paths that clients name within the folders that a silo gives out: no way up, no link out.</summary>
internal sealed class PathRoots
{
    private const int MostLinks = 40;
    private readonly string[]? _roots;
    private readonly HashSet<string> _secret;

    /// <param name="roots">The folders; null: the whole disk.</param>
    /// <param name="secret">Files that are given to nobody.</param>
    public PathRoots(IEnumerable<string>? roots, params IEnumerable<string?> secret)
    {
        _roots = roots is null ? null : [.. roots.Select(r => Real(Path.GetFullPath(r)))];
        _secret = [.. secret.OfType<string>().Select(s => Real(Path.GetFullPath(s)))];
    }

    /// <summary>The folders; null: the whole disk.</summary>
    public IReadOnlyList<string>? Roots => _roots;

    /// <summary>Checks a file or folder; a folder with what is in it.</summary>
    /// <param name="path">As a client named it.</param>
    /// <param name="where">The recipe's key or the request's field.</param>
    /// <returns>The same, absolute.</returns>
    /// <exception cref="KdException"><c>KD1807</c>: it lies outside.</exception>
    public string Check(string path, string where)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw Outside("it is no path", "", where);
        }

        string full = Path.GetFullPath(path);
        if (_roots is null)
        {
            return full;
        }

        if (path.Split('/', '\\').Contains(".."))
        {
            throw Outside("it has '..' in it", path, where);
        }

        if (!Path.IsPathRooted(path))
        {
            throw Outside("it is not absolute", path, where);
        }

        Inside(full, path, where);
        if (Directory.Exists(full))
        {
            foreach (string file in Directory.EnumerateFileSystemEntries(full))
            {
                Inside(file, file, where);
            }
        }

        return full;
    }

    /// <summary>Where a path ends when every link on it is followed; what does not exist is taken as it is written.</summary>
    internal static string Real(string path)
    {
        Stack<string> ahead = new(Parts(path).Reverse());
        string real = Path.GetPathRoot(path)!;
        int links = 0;
        while (ahead.TryPop(out string? part))
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            string at = Path.Combine(real, part);
            if (new FileInfo(at).LinkTarget is not { } target)
            {
                real = at;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException($"too many links at {at}");
            }

            if (Path.IsPathRooted(target))
            {
                real = Path.GetPathRoot(target)!;
            }

            foreach (string more in Parts(target).Reverse())
            {
                ahead.Push(more);
            }
        }

        return real;
    }

    private static IEnumerable<string> Parts(string path) => path.Split('/').Where(p => p is not ("" or "."));

    private static KdException Outside(string why, string path, string where) => new(
        "KD1807", $"the silo gives no access to '{path}': {why}.", where, "Put it into a folder of the silo's setting `data-roots`, or add its folder to the setting.");

    private void Inside(string full, string path, string where)
    {
        string real;
        try
        {
            real = Real(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Outside("it cannot be followed", path, where);
        }

        if (_secret.Contains(real))
        {
            throw Outside("it is the silo's own", path, where);
        }

        if (!Array.Exists(_roots!, r => real == r || real.StartsWith(r.TrimEnd('/') + '/', StringComparison.Ordinal)))
        {
            throw Outside(real == full ? "it lies outside" : "it leads outside by a link", path, where);
        }
    }
}
