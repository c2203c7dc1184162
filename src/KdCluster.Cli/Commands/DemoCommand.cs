using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Demo;
using KdCluster.Cli.Models;
using KdCluster.Cli.Output;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.Client;
using KdCluster.Recipes;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd demo</c>.</summary>
internal static class DemoCommand
{
    private static readonly Option Quick = new("quick", null, "Few rows and one seed: checks in less than a minute that everything works; the accuracies mean nothing");

    public static readonly Command Definition = new()
    {
        Path = "demo",
        Summary = "Train four teachers and a student on built-in data, and compare the weightings in a table.",
        Options = [Quick, .. CommonOptions.Connection],
        Remarks = "Exit code 0 only when every row of the table was printed with finite numbers. A second demo uses the kept teachers and soft targets: no teacher computes anything, and the numbers are the same.",
        Example = "kd demo",
        Run = RunAsync,
    };

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        DemoRecipes recipes = DemoRecipes.Load(invocation.Has(Quick));
        long began = invocation.Context.Time.GetTimestamp();
        return SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            Terminal terminal = invocation.Terminal;
            terminal.Note("The task: which part of .NET is this sentence of its documentation about? Three teachers know some parts each. A fourth learned from labels of which some are wrong.");
            terminal.Note($"A small student learns from them in {recipes.Student.Baselines.Count + 1} ways, {recipes.Student.Training.Seeds.Count} time(s) each. Which weighting of the teachers works best?");
            int code = await new DemoTeachers(silo, invocation.Context).ProvideAsync(recipes.Teachers, stop).ConfigureAwait(false);
            if (code != ExitCode.Ok)
                return code;

            long before = await RowsComputedAsync(silo, stop).ConfigureAwait(false);
            RunHandle handle = await RunLauncher.StartAsync(silo, recipes.Student, "student.json", stop).ConfigureAwait(false);
            terminal.Note($"Training students (run {handle.Id}): {string.Join(", ", recipes.Student.Baselines.Prepend(recipes.Student.Weighting.Kind))}.");
            (Run run, code) = await RunLauncher.FollowAsync(silo, invocation.Context, "students", handle.Id, stop).ConfigureAwait(false);
            if (code != ExitCode.Ok)
                return code;

            RunReport report = await handle.ReportAsync(stop).ConfigureAwait(false);
            terminal.Write(report.Markdown.TrimEnd());
            terminal.Write("");
            IReadOnlyList<string> faults = DemoTable.Faults(report.Markdown, recipes.Student);
            if (faults.Count > 0)
            {
                terminal.Note($"The table is not complete: {string.Join("; ", faults)}.");
                return ExitCode.Failed;
            }

            long computed = await RowsComputedAsync(silo, stop).ConfigureAwait(false) - before;
            double seconds = invocation.Context.Time.GetElapsedTime(began).TotalSeconds;
            return await ConcludeAsync(invocation, silo, recipes.Student, run, computed, seconds, stop).ConfigureAwait(false);
        });
    }

    private static async Task<int> ConcludeAsync(Invocation invocation, SiloConnection silo, Recipe recipe, Run run, long computed, double seconds, CancellationToken stop)
    {
        Terminal terminal = invocation.Terminal;
        V1.Silo described = await silo.Client.CallAsync(
            async () => await silo.Client.Cluster.DescribeAsync(new DescribeSiloRequest(), cancellationToken: stop).ConfigureAwait(false)).ConfigureAwait(false);
        long hits = run.Students.Sum(s => s.StoreHits);
        terminal.Write(computed == 0
            ? $"Teachers computed nothing: {Human.Count(hits)} soft targets came from the store."
            : $"Teachers computed {Human.Count(computed)} rows once, for all students and epochs.");
        terminal.Write($"The demo took {Human.Duration(seconds)}.");

        DemoRecord now = DemoRecord.Of(run, described.Torch, seconds);
        DemoRecord? last = DemoRecord.Read(silo.Home, recipe.Name);
        now.Write(silo.Home, recipe.Name);
        int code = ExitCode.Ok;
        if (last is not null && last.IsOfSameWork(now))
        {
            bool same = last.HasSameNumbers(now);
            terminal.Write(same
                ? $"The numbers are the same as in run {last.Run}, bit for bit; that run took {Human.Duration(last.Seconds)}."
                : $"The numbers differ from run {last.Run}, although recipe and libtorch are the same.");
            code = same ? ExitCode.Ok : ExitCode.Failed;
        }

        terminal.Note($"Run folder: {run.Folder}");
        terminal.Note($"Run it again without any teacher: {silo.Line(invocation.Has(Quick) ? "demo --quick" : "demo")}");
        Student best = run.Students.Where(s => s.Variant == recipe.Weighting.Kind).MaxBy(s => s.ValidationAccuracy)!;
        terminal.Note($"Use a student: {invocation.Context.Program} student predict {best.Checkpoint} --text \"Opens a file for reading.\"");
        return code;
    }

    private static async Task<long> RowsComputedAsync(SiloConnection silo, CancellationToken stop) =>
        (await silo.ListAsync(stop).ConfigureAwait(false)).Sum(t => t.RowsComputed);
}
