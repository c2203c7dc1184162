using KdCluster.Cli.CommandLine;
using KdCluster.Learning.Data.DotnetDocs;

namespace KdCluster.Cli.Doctor;

/// <summary>The data that is at hand.</summary>
internal static class DataChecks
{
    /// <summary>The built-in data set's source, and the folder of <c>KD_DATA</c>.</summary>
    public static Task<IReadOnlyList<Check>> DataAsync(CliContext context)
    {
        List<Check> checks = [BuiltIn(DocsPacks.Roots())];
        if (context.Variable("KD_DATA") is { } folder)
        {
            checks.Add(Directory.Exists(folder)
                ? Check.Ok("KD_DATA", folder)
                : new Check("KD_DATA", CheckState.Warn, $"{folder} does not exist", "Set KD_DATA to the folder of data sets. Only tests need it."));
        }

        return Task.FromResult<IReadOnlyList<Check>>(checks);
    }

    /// <summary>A machine without an SDK, such as a container, serves and trains all the same: only the demo's data are missing there.</summary>
    internal static Check BuiltIn(IEnumerable<string> roots)
    {
        try
        {
            DocsPacks packs = DocsPacks.Find(roots);
            return Check.Ok("data", $"{DotnetDocsData.Name} from the documentation of .NET {packs.Version}, {packs.Files.Count} files");
        }
        catch (KdException e) when (e.Code == "KD1107")
        {
            return new Check("data", CheckState.Warn, $"{DotnetDocsData.Name} is not here: {e.Errors[0].What}", $"Only the demo and recipes with this data set need it. {e.Errors[0].Remedy}");
        }
    }
}
