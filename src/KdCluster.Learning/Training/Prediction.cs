namespace KdCluster.Learning.Training;

/// <summary>What a model says of one row.</summary>
/// <param name="Label">The most probable class; the first of equals.</param>
/// <param name="Probabilities">Of each class, summing to 1.</param>
public sealed record Prediction(int Label, float[] Probabilities);
