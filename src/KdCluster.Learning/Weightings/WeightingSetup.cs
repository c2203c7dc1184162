using KdCluster.Recipes;

namespace KdCluster.Learning.Weightings;

/// <summary>What a weighting is made for.</summary>
/// <param name="Weighting">Kind and options.</param>
/// <param name="Objective">The student's objective, of which rewards are made.</param>
/// <param name="Teachers">Number of teachers, K.</param>
/// <param name="Classes">Number of classes, C; 1: a score.</param>
/// <param name="EmbeddingWidth">Width of the instance embedding R(x); 0 when none is served.</param>
/// <param name="Seed">Seed of every draw.</param>
public sealed record WeightingSetup(WeightingSpec Weighting, ObjectiveSpec Objective, int Teachers, int Classes, int EmbeddingWidth, long Seed);
