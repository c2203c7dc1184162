using System.Text.Json.Serialization;

namespace KdCluster.Recipes;

/// <summary>How teachers are mixed for one instance; <c>shared</c> options of every kind, and the policy's own.</summary>
public sealed record WeightingSpec
{
    /// <summary>Name of the weighting, such as <c>uniform</c>; docs/recipe.md lists them.</summary>
    public string Kind { get; init; } = "uniform";

    /// <summary>Reinforced: <c>r1</c> = −L_CE, <c>r2</c> = −L_CE − L_KD, <c>r3</c> = γ·r2 + (1−γ)·validation accuracy.</summary>
    public string Reward { get; init; } = "r1";

    /// <summary>Reinforced, <c>r3</c>: γ, 0 to 1.</summary>
    public double Gamma { get; init; } = 0.5;

    /// <summary>Reinforced: the policy's learning rate β.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Reinforced: batches in an episode; the policy learns at its end.</summary>
    public int Episode { get; init; } = 16;

    /// <summary>Reinforced: weight of the entropy bonus; 0 is none.</summary>
    public double Entropy { get; init; }

    /// <summary>Reinforced: steps in which the student trains with equal weights before the policy is used.</summary>
    public int StudentWarmup { get; init; } = 100;

    /// <summary>Reinforced: steps in which the policy learns with the student frozen.</summary>
    public int PolicyWarmup { get; init; } = 50;

    /// <summary>Reinforced: weights are sampled selections (<c>sample</c>) or the policy's expectation (<c>expectation</c>) in training.</summary>
    public string Mode { get; init; } = "sample";

    /// <summary>Reinforced: the learned policy to begin with: <c>run</c>, <c>run/variant/seed</c>, or a file that <c>kd weighting export</c> wrote. Null: it begins without.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? From { get; init; }

    /// <summary>Reinforced, with <see cref="From"/>: the policy is used and does not learn.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Freeze { get; init; }

    /// <summary>Whether <see cref="From"/> names a file; else it names a run.</summary>
    public static bool IsFile(string? from) => from?.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) == true;
}
