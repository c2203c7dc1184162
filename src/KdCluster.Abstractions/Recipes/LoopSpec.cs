namespace KdCluster.Recipes;

/// <summary>What a step of a training does, beside validation, checkpoints and whatever else every training has. Which options a loop has, and their defaults, is in <see cref="RecipeTableLoop"/>; null when the loop does not have the option.</summary>
public sealed record LoopSpec
{
    /// <summary>The kind where none is given.</summary>
    public const string Supervised = "supervised";

    /// <summary>The kind with a critic beside the student.</summary>
    public const string TwoPlayer = "two-player";

    /// <summary>One of those that <c>kd list loops</c> prints.</summary>
    public string Kind { get; init; } = Supervised;

    /// <summary>Two-player: steps of the critics after each step of the student.</summary>
    public int? CriticSteps { get; init; }

    /// <summary>Two-player: width of the critics' hidden layers.</summary>
    public int? CriticHidden { get; init; }

    /// <summary>Two-player: the critics' learning rate.</summary>
    public double? CriticLearningRate { get; init; }

    /// <summary>Two-player: λ, the factor of the critics' gradient penalty.</summary>
    public double? GradientPenalty { get; init; }
}
