using KdCluster.Recipes;

namespace KdCluster.Learning.Objectives;

/// <summary>
/// The objective of <see cref="DistillationObjective"/> as terms, for batches in which some rows have no label: L = α·mean_b T²·KL(p_b‖q_b) + (1−α)·mean_l (−log q_y(l)), b all rows, l those with a label. Where all have one it is the same number.
/// </summary>
internal static class ClassTerms
{
    /// <summary>The terms, without those that count nothing.</summary>
    /// <param name="objective">Its α and T; it lists no terms.</param>
    public static IReadOnlyList<TermSpec> Of(ObjectiveSpec objective)
    {
        TermSpec[] terms = [new() { Loss = "kd", Weight = objective.Alpha, Temperature = objective.Temperature }, new() { Loss = "cross-entropy", Weight = 1 - objective.Alpha }];
        return [.. terms.Where(t => t.Weight.From > 0)];
    }
}
