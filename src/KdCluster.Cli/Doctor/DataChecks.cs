using KdCluster.Cli.CommandLine;
using KdCluster.Learning.Data.DotnetDocs;

namespace KdCluster.Cli.Doctor;

/// <summary>The data that is at hand.</summary>
internal static class DataChecks
{
    /// <summary>The built-in data set's source, and the folder of <c>KD_DATA</c>.</summary>
    public static Task<IReadOnlyList<Check>> DataAsync(CliContext context)
    {
        DocsPacks packs = DocsPacks.Find(DocsPacks.Roots());
        List<Check> checks = [Check.Ok("data", $"{DotnetDocsData.Name} from the documentation of .NET {packs.Version}, {packs.Files.Count} files")];
        if (context.Variable("KD_DATA") is { } folder)
        {
            checks.Add(Directory.Exists(folder)
                ? Check.Ok("KD_DATA", folder)
                : new Check("KD_DATA", CheckState.Warn, $"{folder} is not there", "Set KD_DATA to the folder of data sets; only tests need it."));
        }

        return Task.FromResult<IReadOnlyList<Check>>(checks);
    }
}
