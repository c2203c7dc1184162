using KdCluster.V1;

namespace KdCluster.Cli.Runs;

/// <summary>How far one or several runs are, taken together.</summary>
/// <param name="Students">Students in all.</param>
/// <param name="Done">Students trained and tested.</param>
/// <param name="Share">Steps done over steps in all, 0 to 1; NaN until they are known.</param>
/// <param name="RowsPerSecond">Rows per second of the students that train now.</param>
/// <param name="SecondsLeft">At the pace of now; NaN when not known.</param>
/// <param name="StoreHits">Rows × teachers that the store had.</param>
/// <param name="TeacherRows">Rows × teachers that a teacher computed.</param>
/// <param name="StallShare">Share of training time spent waiting for soft targets, 0 to 1; NaN until a student trains.</param>
internal sealed record RunProgress(
    int Students, int Done, double Share, double RowsPerSecond, double SecondsLeft, long StoreHits, long TeacherRows, double StallShare)
{
    /// <summary>Takes runs together.</summary>
    public static RunProgress Of(IReadOnlyList<Run> runs)
    {
        Student[] students = [.. runs.SelectMany(r => r.Students)];
        Student[] active = [.. students.Where(IsActive)];
        long known = students.Select(s => s.Steps).DefaultIfEmpty().Max();
        // A student that waits does not yet know its steps; the students of a run have equally many.
        double all = students.Sum(s => (double)(s.Steps > 0 ? s.Steps : known));
        double done = students.Sum(s => (double)(IsDone(s) && s.Steps == 0 ? known : s.Step));
        double pace = active.Where(s => s.SecondsLeft > 0).Sum(s => (s.Steps - s.Step) / s.SecondsLeft);
        double trained = students.Sum(s => s.Seconds);
        return new RunProgress(
            students.Length,
            students.Count(IsDone),
            all > 0 ? done / all : double.NaN,
            active.Sum(s => s.RowsPerSecond),
            pace > 0 ? (all - done) / pace : double.NaN,
            students.Sum(s => s.StoreHits),
            students.Sum(s => s.TeacherRows),
            trained > 0 ? students.Sum(s => s.StallShare * s.Seconds) / trained : double.NaN);
    }

    /// <summary>Whether a student is trained and tested.</summary>
    public static bool IsDone(Student student) => student.Stage == "done";

    /// <summary>Whether a student is at work.</summary>
    public static bool IsActive(Student student) => student.Stage is not ("done" or "waiting" or "");
}
