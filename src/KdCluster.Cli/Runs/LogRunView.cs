using KdCluster.Cli.Output;
using KdCluster.V1;

namespace KdCluster.Cli.Runs;

/// <summary>Writes plain lines, for files and pipes: what happened, and each student at most once in five seconds.</summary>
/// <param name="title">What is being done.</param>
/// <param name="terminal">Where.</param>
/// <param name="time">The clock.</param>
internal sealed class LogRunView(string title, Terminal terminal, TimeProvider time) : IRunView
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, (string Stage, int Number, long Written)> _students = [];
    private readonly Dictionary<string, (RunState State, string Activity)> _runs = [];

    /// <inheritdoc/>
    public void Show(IReadOnlyList<Run> runs)
    {
        foreach (Run run in runs)
        {
            ShowRun(run, runs.Count > 1);
            foreach (Student student in run.Students)
                ShowStudent(run, student, runs.Count > 1);
        }
    }

    /// <inheritdoc/>
    public void Close()
    {
        // Every event is written already.
    }

    private void ShowRun(Run run, bool several)
    {
        (RunState, string) now = (run.State, run.Activity);
        if (_runs.TryGetValue(run.Id, out (RunState, string) before) && before == now)
            return;
        _runs[run.Id] = now;
        Line(RunText.Join(several ? run.Name : title, RunText.State(run.State), run.Activity));
    }

    private void ShowStudent(Run run, Student student, bool several)
    {
        string key = $"{run.Id}/{student.Variant}/{student.Seed}";
        if (student.Stage is "waiting" or "")
            return;
        bool known = _students.TryGetValue(key, out (string Stage, int Number, long Written) before);
        bool same = known && before.Stage == student.Stage && before.Number == student.RecipeStageNumber;
        if (same && (RunProgress.IsDone(student) || time.GetElapsedTime(before.Written) < Pause))
            return;
        _students[key] = (student.Stage, student.RecipeStageNumber, time.GetTimestamp());
        Line(RunText.Join(RunText.Label(run, student, several), RunProgress.IsDone(student) ? Done(student) : Going(student)));
    }

    private static string Done(Student s) => RunText.Join(
        "done",
        RunText.Figure("test", s, tested: true),
        RunText.Figure("validation", s, tested: false),
        $"in {Human.Duration(s.Seconds)}",
        Served(s));

    private static string Going(Student s) => RunText.Join(
        RunText.Stage(s),
        $"step {s.Step}/{s.Steps}",
        s.RowsPerSecond > 0 ? $"{Human.Count(s.RowsPerSecond)} rows/s" : "",
        s.SecondsLeft > 0 ? $"{Human.Duration(s.SecondsLeft)} left" : "",
        RunText.Loss(s),
        RunText.Figure("validation", s, tested: false),
        Served(s));

    private static string Served(Student s) => s.StoreHits + s.TeacherRows == 0
        ? ""
        : $"from the store {Human.Count(s.StoreHits)}  from teachers {Human.Count(s.TeacherRows)}  stalled {Human.Percent(s.StallShare)}";

    private void Line(string text) => terminal.Note($"{time.GetLocalNow():HH:mm:ss}  {text}");
}
