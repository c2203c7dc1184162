using KdCluster.Recipes;

namespace KdCluster.Learning.Objectives;

/// <summary>
/// The objective of a regression that lists no terms: L = α·(s − Σ_k w_k·t_k)² + (1−α)·(s − y)², the sum of a distance to the teachers and one to the labels (KD-QE, arXiv 2107.00411, and TextBrewer's MSE with gold [V]). For one mixed
/// teacher score t it is regression on the mixed target: α(s−t)² + (1−α)(s−y)² = (s − (αt + (1−α)y))² + α(1−α)(t−y)².
/// </summary>
public static class ScoreTerms
{
    /// <summary>The terms, without those that count nothing.</summary>
    /// <param name="objective">Its α; it lists no terms.</param>
    /// <param name="taught">Whether there are teachers; without, it is the labels alone.</param>
    public static IReadOnlyList<TermSpec> Of(ObjectiveSpec objective, bool taught)
    {
        ArgumentNullException.ThrowIfNull(objective);
        double alpha = taught ? objective.Alpha : 0;
        TermSpec[] terms = [new() { Loss = "mse", Weight = alpha, Temperature = 1, TargetScale = 1 }, new() { Loss = "squared-error", Weight = 1 - alpha }];
        return [.. terms.Where(t => t.Weight.From > 0)];
    }
}
