using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives;

/// <summary>What an objective sees of one batch.</summary>
/// <param name="Logits">The student's logits s, of a regression its scores, with gradient: [batch, classes].</param>
/// <param name="Labels">Class numbers, int64: [batch]; what stands where a row has no label is not looked at.</param>
/// <param name="TeacherLogits">The teachers' raw logits z_k, or scores: [teachers, batch, classes]; null when there is no teacher.</param>
/// <param name="Weights">Weights w, rows summing to 1: [batch, teachers]; null when there is no teacher.</param>
public readonly record struct ObjectiveInput(Tensor Logits, Tensor Labels, Tensor? TeacherLogits, Tensor? Weights)
{
    /// <summary>Of a regression the number that each row is labelled with, float32: [batch], 0 where a row has no label; null: the labels are classes.</summary>
    public Tensor? Scores { get; init; }

    /// <summary>How much each row counts in a mean, summing to 1: float32 [batch]; null: all alike.</summary>
    public Tensor? Shares { get; init; }

    /// <summary>Which step it is, for what changes with it.</summary>
    public Schedules.StepPosition At { get; init; }

    /// <summary>Decides what a term draws, together with the step.</summary>
    public long Seed { get; init; }

    /// <summary>The numbers of the training rows: [batch]; null where nobody knows them.</summary>
    public IReadOnlyList<int>? Rows { get; init; }

    /// <summary>The places of the rows that have a label, ascending; null: all have.</summary>
    public IReadOnlyList<int>? Labelled { get; init; }

    /// <summary>What student and teachers say beyond the logits; null where the objective does not ask for it.</summary>
    public LayerValues? Layers { get; init; }
}
