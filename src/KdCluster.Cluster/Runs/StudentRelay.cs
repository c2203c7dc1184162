using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>Turns the trainer's reports into a student's status, over all its stages, and hands the weights on now and then.</summary>
internal sealed class StudentRelay(StudentStatus student, TimeProvider time, Action<StudentStatus> report, Action<StudentStatus> publish, Action<string> say) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan s_publishEvery = TimeSpan.FromSeconds(10);
    private readonly long _since = time.GetTimestamp();
    private long _published = time.GetTimestamp();
    private long? _began;
    private int _epochsBefore;
    private int _epochsAfter;
    private long _stepsBefore;
    private long _stepsAfter;

    public StudentStatus Status { get; private set; } = student;

    /// <summary>A stage begins.</summary>
    /// <param name="stages">All of them.</param>
    /// <param name="index">Which.</param>
    /// <param name="rows">Training rows.</param>
    public void Begin(IReadOnlyList<StageSpec> stages, int index, int rows)
    {
        _epochsBefore = stages.Take(index).Sum(s => s.Training.Epochs);
        _epochsAfter = stages.Skip(index + 1).Sum(s => s.Training.Epochs);
        _stepsBefore = stages.Take(index).Sum(Steps);
        _stepsAfter = stages.Skip(index + 1).Sum(Steps);
        if (stages.Count > 1)
        {
            Status = Status with { RecipeStage = stages[index].Name, RecipeStageNumber = index + 1, RecipeStages = stages.Count };
        }

        long Steps(StageSpec stage)
        {
            long steps = (long)stage.Training.Epochs * ((rows + stage.Training.BatchSize - 1) / stage.Training.BatchSize);
            bool learns = stage.Teachers.Count > 0 && WeightingRegistry.IsPolicy(stage.Weighting.Kind) && !stage.Weighting.Freeze && stage.Weighting.StudentWarmup < steps;
            return steps + (learns ? stage.Weighting.PolicyWarmup : 0);
        }
    }

    public void Report(TrainingProgress value)
    {
        if (value.Notice is { } notice)
        {
            say(notice);
        }

        long step = _stepsBefore + value.Step, steps = _stepsBefore + value.Steps + _stepsAfter;
        _began ??= step;
        double elapsed = time.GetElapsedTime(_since).TotalSeconds;
        long done = step - _began.Value;
        Status = Status with
        {
            Stage = PhaseName(value.Phase),
            Epoch = _epochsBefore + value.Epoch,
            Epochs = _epochsBefore + value.Epochs + _epochsAfter,
            Step = step,
            Steps = steps,
            RowsPerSecond = value.RowsPerSecond,
            SecondsLeft = done > 0 ? elapsed / done * (steps - step) : 0,
            Loss = value.Loss,
            ValidationAccuracy = value.BestAccuracy,
            ValidationFigures = Status.Metric is null ? null : value.Best?.ByName() ?? Status.ValidationFigures,
            StallShare = value.StallShare,
            StoreHits = value.StoreHits,
            TeacherRows = value.TeacherRows,
            Weights = [.. value.Weights],
            Seconds = elapsed,
        };
        report(Status);
        if (time.GetElapsedTime(_published) > s_publishEvery)
        {
            _published = time.GetTimestamp();
            publish(Status);
        }
    }

    private static string PhaseName(TrainingPhase phase) => phase switch
    {
        TrainingPhase.StudentWarmup => "student-warmup",
        TrainingPhase.PolicyWarmup => "policy-warmup",
        TrainingPhase.Validate => "validate",
        // Trained; it is done when it is tested.
        TrainingPhase.Done => "test",
        _ => "train",
    };
}
