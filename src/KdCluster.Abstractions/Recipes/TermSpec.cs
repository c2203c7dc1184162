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
}
