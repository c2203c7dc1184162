namespace KdCluster.Learning.Data.DotnetDocs;

/// <summary>Finds the reference documentation that .NET SDKs carry beside their reference assemblies.</summary>
internal sealed record DocsPacks(IReadOnlyList<string> Files, string Version)
{
    private static readonly string[] Packs = ["Microsoft.NETCore.App.Ref", "Microsoft.AspNetCore.App.Ref"];

    /// <summary>The newest documentation of the first SDK that has any.</summary>
    /// <exception cref="KdException"><c>KD1107</c>: there is none.</exception>
    public static DocsPacks Find(IEnumerable<string> roots)
    {
        string[] looked = [.. roots];
        foreach (string root in looked)
        {
            var found = Packs.Select(pack => Newest(Path.Combine(root, "packs", pack))).Where(f => f.Files.Count > 0).ToArray();
            if (found.Length == Packs.Length)
                return new DocsPacks([.. found.SelectMany(f => f.Files)], string.Join("+", found.Select(f => f.Version).Distinct()));
        }
        throw new KdException("KD1107", $"no reference documentation of .NET was found; looked for {string.Join(" and ", Packs)} under {string.Join(", ", looked.Select(r => Path.Combine(r, "packs")))}.",
            remedy: "Install the .NET SDK (Debian: dotnet-sdk-10.0, which includes dotnet-targeting-pack-10.0 and aspnetcore-targeting-pack-10.0), or set DOTNET_ROOT.");
    }

    /// <summary>Where SDKs stand: beside the running runtime, in <c>DOTNET_ROOT</c>, beside the <c>dotnet</c> on the path.</summary>
    public static IEnumerable<string> Roots()
    {
        string? runtime = Path.GetDirectoryName(typeof(object).Assembly.Location);
        // root/shared/Microsoft.NETCore.App/version
        string? root = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(runtime)));
        string?[] onPath = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(HostIn)];
        string?[] roots = [root, Environment.GetEnvironmentVariable("DOTNET_ROOT"), .. onPath];
        return roots.OfType<string>().Where(r => r.Length > 0).Distinct(StringComparer.Ordinal);
    }

    private static string? HostIn(string folder)
    {
        var host = new FileInfo(Path.Combine(folder, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return host.Exists ? Path.GetDirectoryName((host.ResolveLinkTarget(returnFinalTarget: true) ?? host).FullName) : null;
    }

    private static (IReadOnlyList<string> Files, string Version) Newest(string pack)
    {
        foreach (string version in Descending(pack))
        {
            foreach (string framework in Descending(Path.Combine(version, "ref")))
            {
                string[] files = Directory.GetFiles(framework, "*.xml");
                if (files.Length > 0)
                    return ([.. files.Order(StringComparer.Ordinal)], Path.GetFileName(version));
            }
        }
        return ([], "");
    }

    private static IEnumerable<string> Descending(string folder) => Directory.Exists(folder)
        ? Directory.GetDirectories(folder).OrderByDescending(VersionOf).ThenByDescending(d => d, StringComparer.Ordinal)
        : [];

    // "10.0.12", "10.0.0-rc.1", "net10.0"
    private static System.Version VersionOf(string folder)
    {
        string digits = Path.GetFileName(folder).Replace("net", "", StringComparison.Ordinal).Split('-')[0];
        return System.Version.TryParse(digits, out System.Version? version) ? version : new System.Version(0, 0);
    }
}
