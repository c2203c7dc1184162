namespace KdCluster.Recipes;

/// <summary>Another way to train the student of a run, in full: a row of its report beside the run's own. What a recipe leaves out of a variant is that of the recipe.</summary>
public sealed record VariantSpec
{
    /// <summary>Names of the recipe's teachers; empty: it learns from labels alone.</summary>
    public IReadOnlyList<string> Teachers { get; init; } = [];

    /// <summary>How its teachers are mixed.</summary>
    public WeightingSpec Weighting { get; init; } = new();

    /// <summary>The model that is trained.</summary>
    public required ModelSpec Student { get; init; }

    /// <summary>Its loss.</summary>
    public ObjectiveSpec Objective { get; init; } = new();

    /// <summary>Its optimisation; seeds, checkpoints and device are those of the run.</summary>
    public StageTraining Training { get; init; } = new();

    /// <summary>What a step does; null: <see cref="LoopSpec.Supervised"/>.</summary>
    public LoopSpec? Loop { get; init; }

    /// <summary>Its training phases; empty: it is one.</summary>
    public IReadOnlyList<StageSpec> Stages { get; init; } = [];

    /// <summary>Runs its stages several times; null: once.</summary>
    public DriverSpec? Driver { get; init; }

    /// <summary>The recipe that it is.</summary>
    /// <param name="run">Where data, teachers, seeds and store come from.</param>
    public Recipe Over(Recipe run) => run with
    {
        Teachers = [.. Teachers.Select(name => run.Teachers.First(t => t.Name == name))],
        Weighting = Weighting,
        Student = Student,
        Objective = Objective,
        Training = Training.Over(run.Training),
        Loop = Loop,
        Stages = Stages.Count > 0 ? Stages : null,
        Driver = Driver,
        Baselines = [],
        Variants = null,
    };
}
