using KdCluster.V1;

namespace KdCluster.Examples;

/// <summary>How a run stands, for a page.</summary>
/// <param name="State">Pending, Preparing, Running, Succeeded, Failed, Cancelled or Interrupted.</param>
/// <param name="Activity">What is being prepared; empty while students train.</param>
/// <param name="Students">Each student.</param>
/// <param name="Errors">Why it failed.</param>
internal sealed record RunProgress(string State, string Activity, IReadOnlyList<StudentProgress> Students, IReadOnlyList<string> Errors)
{
    public static RunProgress Of(Run run) => new(
        run.State.ToString(), run.Activity, [.. run.Students.Select(StudentProgress.Of)], [.. run.Errors.Select(e => $"{e.Code} {e.What}")]);
}

/// <summary>How a student stands.</summary>
/// <param name="Name">Its weighting and seed.</param>
/// <param name="Stage">waiting, train, validate, test, done and others.</param>
/// <param name="Done">Share of its steps, 0 to 1.</param>
/// <param name="Loss">Of its last step; null before, JSON has no NaN.</param>
/// <param name="Accuracy">On the validation rows, 0 to 1; null until measured.</param>
internal sealed record StudentProgress(string Name, string Stage, double Done, double? Loss, double? Accuracy)
{
    public static StudentProgress Of(Student student) => new(
        $"{student.Variant}/{student.Seed}", student.Stage, student.Steps == 0 ? 0 : (double)student.Step / student.Steps, Finite(student.Loss), Finite(student.ValidationAccuracy));

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
