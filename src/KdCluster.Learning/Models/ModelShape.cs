using KdCluster.Recipes;

namespace KdCluster.Learning.Models;

/// <summary>All that decides a model's parameters' names and shapes.</summary>
/// <param name="Spec">Architecture and sizes.</param>
/// <param name="Vocabulary">Rows of the token embedding.</param>
/// <param name="Classes">Number of logits.</param>
/// <param name="MaxLength">Longest input in tokens.</param>
public sealed record ModelShape(ModelSpec Spec, int Vocabulary, int Classes, int MaxLength);
