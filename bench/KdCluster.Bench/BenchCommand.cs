using KdCluster.Cli.CommandLine;
using KdCluster.Learning.Torch;

namespace KdCluster.Bench;

/// <summary><c>kd bench</c>.</summary>
internal static class BenchCommand
{
    private const int DefaultPairs = 15, DefaultSteps = 20_000, FewestSteps = 2_000;

    private static readonly Option Only = new("only", "NAME", "One bench instead of all") { Choices = [.. BenchTable.All.Select(b => b.Name)] };
    private static readonly Option Pairs = new("pairs", "N", $"Pairs measured for each comparison. Default: {DefaultPairs}, or fewer if they take more than a minute");
    private static readonly Option Json = new("json", "FILE", "Also write the results to this file");
    private static readonly Option Long = new("long", "N", $"Steps of the memory bench. Default: {DefaultSteps}");

    public static readonly Command Definition = new()
    {
        Path = "bench",
        Summary = "Measure what KdCluster costs on this machine, compared with a minimal implementation of the same work.",
        Options = [Only, Pairs, Long, Json],
        Remarks = "Each ratio is the median of interleaved pairs, with an interval. A bench takes at most a minute on an idle machine. "
            + "Processor time is that of the whole process. It says more than wall time when the cores are shared. "
            + "Exit code 1 when a whole interval lies outside its bound, or when a bench fails; the other benches still run. docs/benchmarks.md explains each line.",
        Example = "kd bench --only local-store",
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        TorchRuntime.Initialize();
        int pairs = invocation.Number(Pairs, 1) ?? DefaultPairs;
        int steps = invocation.Number(Long, FewestSteps) ?? DefaultSteps;
        var report = new BenchReport($"{Environment.ProcessorCount} core(s); {TorchRuntime.Describe()}; .NET {Environment.Version}");
        foreach (IBench bench in BenchTable.All.Where(b => invocation.Value(Only) is not { } only || b.Name == only))
        {
            invocation.Terminal.Note($"{bench.Name} ...");
            if (await report.AddAsync(bench, folder => new BenchContext(pairs, steps, folder, invocation.Context.Time), stop).ConfigureAwait(false) is { } failure && invocation.Has(CommonOptions.Verbose))
                invocation.Terminal.Note(failure.ToString());
        }

        foreach (string line in report.Lines())
            invocation.Terminal.Write(line);
        if (invocation.Value(Json) is { } file)
            await File.WriteAllTextAsync(invocation.Context.At(file), report.ToJson(), stop).ConfigureAwait(false);
        return report.AnyMiss || report.AnyFailure ? ExitCode.Failed : ExitCode.Ok;
    }
}
