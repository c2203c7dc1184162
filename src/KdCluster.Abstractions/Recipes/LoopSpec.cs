using System.Text.Json.Serialization;

namespace KdCluster.Recipes;

/// <summary>What a step of a training does, beside validation, checkpoints and whatever else every training has. Which options a loop has, and their defaults, is in <see cref="RecipeTableLoop"/>; null when the loop does not have the option.</summary>
public sealed record LoopSpec
{
    /// <summary>The kind where none is given.</summary>
    public const string Supervised = "supervised";

    /// <summary>The kind with a critic beside the student.</summary>
    public const string TwoPlayer = "two-player";

    /// <summary>The kind that learns the data that a student learns from.</summary>
    public const string Bilevel = "bilevel";

    /// <summary>One of those that <c>kd list loops</c> prints.</summary>
    public string Kind { get; init; } = Supervised;

    /// <summary>Two-player: steps of the critics after each step of the student.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? CriticSteps { get; init; }

    /// <summary>Two-player: width of the critics' hidden layers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? CriticHidden { get; init; }

    /// <summary>Two-player: the critics' learning rate.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? CriticLearningRate { get; init; }

    /// <summary>Two-player: λ, the factor of the critics' gradient penalty.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? GradientPenalty { get; init; }

    /// <summary>Bilevel: how many instances are made.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Items { get; init; }

    /// <summary>Bilevel, texts: tokens of a made text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Length { get; init; }

    /// <summary>Bilevel: steps in which the student learns from them, each with all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? InnerSteps { get; init; }

    /// <summary>Bilevel: the step size that every step begins with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? InnerRate { get; init; }

    /// <summary>Bilevel: what is learned of <c>items</c>, <c>labels</c> and <c>rates</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Learn { get; init; }

    /// <summary>Bilevel: what the instances begin as, <c>noise</c> or <c>real</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Begin { get; init; }

    /// <summary>Bilevel: the weights that the student begins with, <c>fixed</c> or <c>drawn</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Start { get; init; }
}
