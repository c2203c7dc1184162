using System.Text.Json.Serialization;

namespace KdCluster.Recipes;

/// <summary>One summand of the objective. Which options a loss has, and their defaults, is in <see cref="RecipeTableLosses"/>; null when the loss does not have the option.</summary>
public sealed record TermSpec
{
    /// <summary>Name of the loss.</summary>
    public required string Loss { get; init; }

    /// <summary>Its factor in the sum.</summary>
    public ScheduleSpec Weight { get; init; } = 1;

    /// <summary>T by which the teachers' logits are divided, and the student's too unless <see cref="StudentTemperature"/> says otherwise; above 0.</summary>
    public double? Temperature { get; init; }

    /// <summary>T by which the student's logits are divided; above 0.</summary>
    public double? StudentTemperature { get; init; }

    /// <summary>Φ: the factor of the teachers' logits before they are compared.</summary>
    public ScheduleSpec? TargetScale { get; init; }

    /// <summary>ε, 0 up to but not including 1: the share of a label's probability that the other classes get.</summary>
    public double? Smoothing { get; init; }

    /// <summary>a of Beta(a, 1), above 0: the larger, the surer the labels.</summary>
    public double? Shape { get; init; }

    /// <summary>Factor of the relation between the classes of an instance.</summary>
    public double? Inter { get; init; }

    /// <summary>Factor of the relation between the instances of a class.</summary>
    public double? Intra { get; init; }

    /// <summary>Which layer of the student is compared with which of the teachers; null: as many as both depths share, at equal distances.</summary>
    // Left out where it is not given, as all that came later, so that what hashes this record stays as it was.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LayerPair>? Layers { get; init; }

    /// <summary><c>linear</c>: what the student says is brought to the teacher's width by a linear map that is trained with it and not part of it; <c>relu</c>, <c>tanh</c>: one with that function after it; <c>none</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Projection { get; init; }

    /// <summary><c>each</c>: head against head; <c>mean</c>: the means over the heads; <c>sum</c>: their sums.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Heads { get; init; }

    /// <summary>Side to which feature maps are averaged before they are compared; null: they are compared as they are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Pool { get; init; }

    /// <summary>How many tokens a token is compared with, itself in the middle; odd.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Window { get; init; }

    /// <summary>β: how far the temperatures of a batch's instances lie apart; 0: they are equal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Beta { get; init; }

    /// <summary>γ: an exponent of <c>kd-flsw</c>, the width of the kernel of <c>cckd</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Gamma { get; init; }

    /// <summary>Up to which power a series goes, from 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Order { get; init; }

    /// <summary>p: the exponent of a difference, at least 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Power { get; init; }

    /// <summary>m: by how much the right counterpart must be nearer than the wrong one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Margin { get; init; }

    /// <summary>λ, added to the diagonal of a covariance before it is inverted; above 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Ridge { get; init; }

    /// <summary>K: training rows that an instance is told apart from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Negatives { get; init; }

    /// <summary>What is left of what was remembered of a row when it is seen again, 0 up to but not including 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Momentum { get; init; }

    /// <summary>Of the vectors that are remembered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Width { get; init; }

    /// <summary>Channels of the factor for each of the teacher's, above 0 and at most 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Rate { get; init; }

    /// <summary>Share of the steps in which the loss's own networks learn alone, 0 up to but not including 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Warmup { get; init; }

    /// <summary>Whether a teacher's logits of the label and of its likeliest class change places first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? ProbabilityShift { get; init; }
}

/// <summary>A layer of the student and the teachers' layer that it is compared with. Layer 0 is the embedding of the tokens.</summary>
/// <param name="Student">From 0.</param>
/// <param name="Teacher">From 0.</param>
public sealed record LayerPair(int Student, int Teacher);
