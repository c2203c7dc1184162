using System.Text.Json.Serialization;

namespace KdCluster.Recipes;

/// <summary>The optimisation of one model.</summary>
public sealed record TrainingSpec
{
    /// <summary>Passes over the training rows.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>Instances in a step.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary><c>adam</c> or <c>adamw</c>.</summary>
    public string Optimizer { get; init; } = "adamw";

    /// <summary>Peak learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Weight decay: decoupled with <c>adamw</c>, added to the gradient with <c>adam</c>.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Share of all steps, 0 to 1, in which the learning rate rises from 0 to its peak.</summary>
    public double Warmup { get; init; } = 0.05;

    /// <summary>After warm-up: <c>linear</c> to 0, <c>cosine</c> to 0, or <c>none</c>.</summary>
    public string Decay { get; init; } = "linear";

    /// <summary>Largest L2 norm of all gradients together; larger ones are scaled down; 0 is no clipping.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>Changes to the training texts, for the student alone; null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AugmentationSpec? Augmentation { get; init; }

    /// <summary>Parts of the model that stay as they are; null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Freeze { get; init; }

    /// <summary>Pruning of the weights; null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PruningSpec? Pruning { get; init; }

    /// <summary>Quantisation of the weights; null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public QuantizationSpec? Quantization { get; init; }

    /// <summary>One student is trained per seed; figures are their mean.</summary>
    public IReadOnlyList<long> Seeds { get; init; } = [1];

    /// <summary>Steps between checkpoints from which a killed run resumes; 0 keeps one at each epoch's end only.</summary>
    public int CheckpointEvery { get; init; } = 500;

    /// <summary>Batches of soft targets fetched ahead of the student.</summary>
    public int Prefetch { get; init; } = 8;

    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";
}
