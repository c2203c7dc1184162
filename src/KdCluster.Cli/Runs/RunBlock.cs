using KdCluster.Cli.Output;
using KdCluster.V1;

namespace KdCluster.Cli.Runs;

/// <summary>The block that is redrawn on a terminal: what, how far, how fast, and a line per student. A pure function of its input.</summary>
internal static class RunBlock
{
    private const int HeadLines = 3;
    private const int LabelWidth = 20;

    /// <summary>The lines, each at most <paramref name="width"/> columns, at most <paramref name="height"/> of them.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="runs">The runs as they stand.</param>
    /// <param name="elapsed">Seconds since it began.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public static IReadOnlyList<string> Render(string title, IReadOnlyList<Run> runs, double elapsed, int width, int height)
    {
        RunProgress progress = RunProgress.Of(runs);
        List<string> lines = [Head(title, runs, elapsed), .. Figures(runs, progress, width)];
        int room = height - lines.Count;
        if (room > 0)
            lines.AddRange(Students(runs, room, width));
        return [.. lines.Take(Math.Max(1, height)).Select(l => Ansi.Cut(l, width))];
    }

    private static string Head(string title, IReadOnlyList<Run> runs, double elapsed)
    {
        string state = string.Join(", ", runs.Select(r => RunText.State(r.State)).Distinct());
        return RunText.Join(title, state, Human.Duration(elapsed));
    }

    private static IEnumerable<string> Figures(IReadOnlyList<Run> runs, RunProgress p, int width)
    {
        if (p.Students == 0 || double.IsNaN(p.Share))
            return [.. runs.Select(r => r.Activity).Where(a => a.Length > 0).Distinct().Take(HeadLines - 1).Select(a => "  " + a)];
        string figures = RunText.Join(
            Human.Percent(p.Share),
            p.RowsPerSecond > 0 ? $"{Human.Count(p.RowsPerSecond)} rows/s" : "",
            double.IsFinite(p.SecondsLeft) ? $"{Human.Duration(p.SecondsLeft)} left" : "");
        string bar = Human.Bar(p.Share, Math.Clamp(width - figures.Length - 6, 8, 40));
        string served = p.StoreHits + p.TeacherRows == 0
            ? ""
            : RunText.Join($"from the store {Human.Short(p.StoreHits)}", $"from teachers {Human.Short(p.TeacherRows)}", $"stalled {Human.Percent(p.StallShare)}");
        return [$"  [{bar}] {figures}", "  " + RunText.Join($"{p.Done} of {p.Students} done", served)];
    }

    private static IEnumerable<string> Students(IReadOnlyList<Run> runs, int room, int width)
    {
        bool several = runs.Count > 1;
        (string Label, Student Student)[] all = [.. runs.SelectMany(r => r.Students.Select(s => (RunText.Label(r, s, several), s)))];
        int label = Math.Min(LabelWidth, all.Select(s => s.Label.Length).DefaultIfEmpty().Max());
        if (all.Length <= room)
            return all.Select(s => Line(s.Label, s.Student, label, width));

        // Those at work first, then the last ones done; the rest as a number.
        (string Label, Student Student)[] chosen =
        [
            .. all.Where(s => RunProgress.IsActive(s.Student))
                .Concat(all.Where(s => RunProgress.IsDone(s.Student)).Reverse())
                .Concat(all.Where(s => s.Student.Stage is "waiting" or ""))
                .Take(room - 1),
        ];
        string rest = $"  and {all.Length - chosen.Length} more";
        return chosen.Select(s => Line(s.Label, s.Student, label, width)).Append(rest);
    }

    private static string Line(string name, Student s, int label, int width)
    {
        string head = "  " + Ansi.Cut(name, label).PadRight(label);
        if (RunProgress.IsDone(s))
            return RunText.Join(head, RunText.Figure("test", s, tested: true), RunText.Figure("validation", s, tested: false), $"done in {Human.Duration(s.Seconds)}");
        if (!RunProgress.IsActive(s))
            return RunText.Join(head, "waiting");
        string rest = RunText.Join(RunText.Stage(s), RunText.Loss(s), RunText.Figure("val", s, tested: false));
        int bar = Math.Clamp(width - head.Length - rest.Length - 15, 0, 20);
        return RunText.Join(head, bar >= 4 ? $"[{Human.Bar(RunText.Share(s), bar)}]" : "", Human.Percent(RunText.Share(s)).PadLeft(7), rest);
    }
}
