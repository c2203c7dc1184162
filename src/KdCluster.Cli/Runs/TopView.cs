using KdCluster.Cli.Output;
using KdCluster.Client;
using KdCluster.V1;

namespace KdCluster.Cli.Runs;

/// <summary>The cluster as lines: a summary, then a table each of silos, teachers' replicas, unfinished runs, and students where they train.</summary>
internal static class TopView
{
    /// <summary>The lines.</summary>
    /// <param name="all">As it stands.</param>
    /// <param name="time">For how long runs have taken.</param>
    public static IReadOnlyList<string> Render(OverviewReply all, TimeProvider time)
    {
        List<string> lines = [Summary(all), "", .. Silos(all).Lines()];
        if (all.Teachers.Count > 0)
            lines.AddRange(["", .. Teachers(all).Lines()]);
        lines.AddRange(all.Teachers.SelectMany(t => t.Trouble).Select(t => t.ToError().ToString()));
        if (all.Runs.Count > 0)
            lines.AddRange(["", .. Runs(all, time).Lines()]);
        if (all.Runs.Any(r => r.Students.Any(Trains)))
            lines.AddRange(["", .. Students(all).Lines()]);
        return lines;
    }

    private static string Summary(OverviewReply all)
    {
        ReplicaOverview[] places = [.. all.Teachers.SelectMany(t => t.Places)];
        string teachers = $"{Human.Count(places.Sum(p => p.RowsPerSecond))} rows/s, {Human.Count(places.Sum(p => p.Queue))} rows wait";
        string store = all.Store is not { } s ? "no store"
            : $"store {(s.Available ? Human.Bytes(s.Bytes) : "down")}, {Human.Count(s.Hits)} hits, {Human.Count(s.Misses)} misses{(s.Hits + s.Misses > 0 ? $" ({Human.Percent((double)s.Hits / (s.Hits + s.Misses))})" : "")}";
        return $"{Counted(all.Silos.Count, "silo")}, {Counted(all.Teachers.Count, "teacher")}, {Counted(all.Runs.Count, "run")} | {teachers} | {store}";
    }

    private static Table Silos(OverviewReply all)
    {
        var table = new Table("SILO", "ROLES", "DEVICES", ">MEMORY", ">TEACHERS", ">STUDENTS", "VERSION", "");
        foreach (ClusterSilo s in all.Silos)
        {
            string memory = s.Memory > 0 ? $"{Human.Bytes(s.MemoryUsed)} of {Human.Bytes(s.Memory)}" : Human.Bytes(s.MemoryUsed);
            table.Add(s.Address, string.Join(' ', s.Roles), string.Join(' ', s.Devices), memory, Human.Count(s.Teachers.Count), s.Trainers > 0 ? $"{Human.Count(s.Students)} of {Human.Count(s.Trainers)}" : Human.Count(s.Students), s.Version, Standing(s));
        }

        return table;
    }

    /// <summary>What is not as usual: being emptied, and what it does without.</summary>
    private static string Standing(ClusterSilo silo)
    {
        string without = string.Join(", ", silo.Degraded.Select(d => d.Split(':')[0]));
        return string.Join(", ", new[] { silo.Draining ? "draining" : "", without.Length > 0 ? $"without {without}" : "" }.Where(s => s.Length > 0));
    }

    private static Table Teachers(OverviewReply all)
    {
        var table = new Table("TEACHER", ">REPLICAS", "SILO", "DEVICE", ">QUEUE", ">ROWS/S", ">ROWS COMPUTED", "");
        foreach (TeacherOverview t in all.Teachers)
        {
            string count = $"{t.Places.Count(p => !p.Draining)} of {t.Replicas}{(t.Max > t.Min ? $" ({t.Min}-{t.Max})" : "")}";
            if (t.Places.Count == 0)
                table.Add(t.Name, count, "-", "-", "-", "-", "-", "not loaded");
            foreach ((ReplicaOverview p, int index) in t.Places.Select((p, index) => (p, index)))
                table.Add(index == 0 ? t.Name : "", index == 0 ? count : "", p.Address, p.Device, Human.Count(p.Queue), Human.Count(p.RowsPerSecond), Human.Count(p.RowsComputed), p.Draining ? "draining" : "");
        }

        return table;
    }

    private static Table Runs(OverviewReply all, TimeProvider time)
    {
        var table = new Table("RUN", "STATE", "SILO", ">STUDENTS", ">WAIT", ">DONE", ">ROWS/S", ">STALL", ">FROM STORE", ">FROM TEACHERS", ">TOOK");
        foreach (Run run in all.Runs)
        {
            Student[] training = [.. run.Students.Where(Trains)];
            RunProgress progress = RunProgress.Of([run]);
            table.Add(
                run.Id,
                RunText.State(run.State),
                run.Silo,
                Human.Count(progress.Students),
                Human.Count(run.Students.Count(s => s.Stage == "waiting")),
                Human.Percent(progress.Share),
                Human.Count(training.Sum(s => s.RowsPerSecond)),
                Human.Percent(training.Length == 0 ? double.NaN : training.Average(s => s.StallShare)),
                Human.Count(run.Students.Sum(s => s.StoreHits)),
                Human.Count(run.Students.Sum(s => s.TeacherRows)),
                Human.Duration(RunText.Elapsed(run, time)));
        }

        return table;
    }

    private static Table Students(OverviewReply all)
    {
        var table = new Table("STUDENT", "RUN", "SILO", ">ATTEMPT", "STAGE", ">STEP", ">ROWS/S");
        foreach ((Run run, Student s) in all.Runs.SelectMany(r => r.Students.Where(Trains).Select(s => (r, s))).OrderBy(p => p.s.Silo, StringComparer.Ordinal))
            table.Add($"{s.Variant}/{s.Seed}", run.Id, s.Silo, Human.Count(s.Attempt), s.Stage, $"{Human.Count(s.Step)} of {Human.Count(s.Steps)}", Human.Count(s.RowsPerSecond));
        return table;
    }

    private static bool Trains(Student student) => student.Stage is not ("waiting" or "done");

    private static string Counted(int count, string what) => $"{Human.Count(count)} {what}{(count == 1 ? "" : "s")}";
}
