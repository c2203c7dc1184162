using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives;

/// <summary>What a loss on layers must know before the first batch.</summary>
/// <param name="Teachers">In the order of the weights.</param>
/// <param name="Student">The student's outputs and their shapes.</param>
/// <param name="Seed">Decides the first weights of projections.</param>
/// <param name="Device">Where the student is.</param>
public sealed record ObjectiveSetup(IReadOnlyList<TeacherDescription> Teachers, IReadOnlyList<(string Name, OutputShape Shape)> Student, long Seed, Device Device)
{
    /// <summary>The loop, whose critics an adversary listens to; null: it has none.</summary>
    public LoopSpec? Loop { get; init; }

    /// <summary>Training rows.</summary>
    public int Rows { get; init; }
}
