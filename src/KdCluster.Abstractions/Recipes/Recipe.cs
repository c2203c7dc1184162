namespace KdCluster.Recipes;

/// <summary>A run, as one file: what is learned, from whom, how. <c>docs/recipe.md</c> explains every key.</summary>
public sealed record Recipe
{
    /// <summary>Name of the run for people; letters, digits, dots and dashes.</summary>
    public required string Name { get; init; }

    /// <summary>What is learned, of <see cref="TaskNames"/>; null: <see cref="TaskNames.TextClassification"/>, so that recipes of texts keep their hash.</summary>
    public string? Task { get; init; }

    /// <summary>The data that teachers and student share.</summary>
    public required DataSpec Data { get; init; }

    /// <summary>The teachers, in the order in which weights are reported. Empty: the student learns from labels alone.</summary>
    public IReadOnlyList<TeacherRef> Teachers { get; init; } = [];

    /// <summary>How the teachers are mixed for one instance.</summary>
    public WeightingSpec Weighting { get; init; } = new();

    /// <summary>The student's model.</summary>
    public required ModelSpec Student { get; init; }

    /// <summary>The loss.</summary>
    public ObjectiveSpec Objective { get; init; } = new();

    /// <summary>The optimisation.</summary>
    public TrainingSpec Training { get; init; } = new();

    /// <summary>What a step does; null: <see cref="LoopSpec.Supervised"/>.</summary>
    public LoopSpec? Loop { get; init; }

    /// <summary>Training phases, one after the other; null: the recipe is one.</summary>
    public IReadOnlyList<StageSpec>? Stages { get; init; }

    /// <summary>Runs the stages several times; null: once.</summary>
    public DriverSpec? Driver { get; init; }

    /// <summary>Where soft targets are kept: <c>silo</c> (the store of the silo that trains), <c>local</c>, <c>redis://host[:port][/db]</c> or <c>none</c>.</summary>
    public string Store { get; init; } = "silo";

    /// <summary>More rows of the report, trained with the same student, seeds and steps: <c>alone</c>, or the name of a weighting.</summary>
    public IReadOnlyList<string> Baselines { get; init; } = [];

    /// <summary><see cref="Task"/>, or what it is where it is left out.</summary>
    public string TaskOrDefault() => Task ?? TaskNames.TextClassification;

    /// <summary>Other ways to train the same student, by name, in the order of their rows in the report; null: none.</summary>
    public OrderedDictionary<string, VariantSpec>? Variants { get; init; }

    /// <summary>Whether it trains in more than the one way that it is itself.</summary>
    public bool IsStaged() => Stages is not null || Driver is not null;

    /// <summary>Whether anything of it is taught: by teachers that are served, or by an earlier generation of its student.</summary>
    public bool IsTaught() => Teachers.Count > 0 || Driver?.Kind == DriverSpec.Generations;

    /// <summary>All its training phases in their order: those that it names, or the one that it is, without a name; as often as its driver runs them.</summary>
    public IReadOnlyList<StageSpec> AllStages()
    {
        IReadOnlyList<StageSpec> stages = Stages ?? [Whole()];
        return Driver is null or { Kind: DriverSpec.Grid } ? stages : DriverStages.Of(Driver, stages);
    }

    private StageSpec Whole() => new()
    {
        Name = "",
        Teachers = [.. Teachers.Select(t => t.Name)],
        Student = Student,
        Weighting = Weighting,
        Objective = Objective,
        Training = StageTraining.Of(Training),
        Loop = Loop,
        Select = RecipeTableStages.SelectsOf(TaskOrDefault())[0],
    };
}
