namespace KdCluster.Recipes;

/// <summary>One training phase of a run, in full: what a recipe leaves out of a stage is that of the recipe.</summary>
public sealed record StageSpec
{
    /// <summary>The name of a teacher that is the moving average of the student itself.</summary>
    public const string Average = "average";

    /// <summary>Begins the name of a teacher that is the student of an earlier stage, such as <c>stage:first</c>.</summary>
    public const string StagePrefix = "stage:";

    /// <summary>Its name, unique in the recipe.</summary>
    public required string Name { get; init; }

    /// <summary>Names of the recipe's teachers, <c>stage:NAME</c> and <c>average</c>, in the order in which weights are reported; empty: it learns from labels alone.</summary>
    public IReadOnlyList<string> Teachers { get; init; } = [];

    /// <summary>The model that is trained.</summary>
    public required ModelSpec Student { get; init; }

    /// <summary>How its teachers are mixed.</summary>
    public WeightingSpec Weighting { get; init; } = new();

    /// <summary>Its loss.</summary>
    public ObjectiveSpec Objective { get; init; } = new();

    /// <summary>Its optimisation.</summary>
    public StageTraining Training { get; init; } = new();

    /// <summary>What a step does; null: <see cref="LoopSpec.Supervised"/>.</summary>
    public LoopSpec? Loop { get; init; }

    /// <summary>The first weights: <c>fresh</c>, or <c>NAME.best</c> or <c>NAME.last</c> of an earlier stage, <c>previous</c> standing for the one before.</summary>
    public string Init { get; init; } = "fresh";

    /// <summary>Which checkpoint the stage gives: that of the highest validation <c>accuracy</c> or the lowest <c>cross-entropy</c>, of a regression of the highest <c>pearson</c> or <c>spearman</c> or the lowest <c>mse</c>, or the <c>last</c>.</summary>
    public string Select { get; init; } = "accuracy";

    /// <summary>Largest share of the old in a step of the moving average, 0 up to but not including 1.</summary>
    public double AverageDecay { get; init; } = 0.999;

    /// <summary>Those of its teachers that the recipe names: the others are the run's own students.</summary>
    public IEnumerable<string> ServedTeachers() => Teachers.Where(t => t != Average && !t.StartsWith(StagePrefix, StringComparison.Ordinal));
}

/// <summary>What a stage may have of its own in the optimisation.</summary>
public sealed record StageTraining
{
    /// <inheritdoc cref="TrainingSpec.Epochs"/>
    public int Epochs { get; init; } = 3;

    /// <inheritdoc cref="TrainingSpec.BatchSize"/>
    public int BatchSize { get; init; } = 32;

    /// <inheritdoc cref="TrainingSpec.Optimizer"/>
    public string Optimizer { get; init; } = "adamw";

    /// <inheritdoc cref="TrainingSpec.LearningRate"/>
    public double LearningRate { get; init; } = 1e-3;

    /// <inheritdoc cref="TrainingSpec.WeightDecay"/>
    public double WeightDecay { get; init; } = 0.01;

    /// <inheritdoc cref="TrainingSpec.Warmup"/>
    public double Warmup { get; init; } = 0.05;

    /// <inheritdoc cref="TrainingSpec.Decay"/>
    public string Decay { get; init; } = "linear";

    /// <inheritdoc cref="TrainingSpec.Clip"/>
    public double Clip { get; init; } = 1;

    /// <inheritdoc cref="TrainingSpec.Augmentation"/>
    public AugmentationSpec? Augmentation { get; init; }

    /// <inheritdoc cref="TrainingSpec.Freeze"/>
    public IReadOnlyList<string>? Freeze { get; init; }

    /// <inheritdoc cref="TrainingSpec.Pruning"/>
    public PruningSpec? Pruning { get; init; }

    /// <inheritdoc cref="TrainingSpec.Quantization"/>
    public QuantizationSpec? Quantization { get; init; }

    /// <summary>The optimisation of the stage in a run.</summary>
    /// <param name="run">Where seeds, checkpoints and device come from.</param>
    public TrainingSpec Over(TrainingSpec run) => run with
    {
        Epochs = Epochs,
        BatchSize = BatchSize,
        Optimizer = Optimizer,
        LearningRate = LearningRate,
        WeightDecay = WeightDecay,
        Warmup = Warmup,
        Decay = Decay,
        Clip = Clip,
        Augmentation = Augmentation,
        Freeze = Freeze,
        Pruning = Pruning,
        Quantization = Quantization,
    };

    /// <summary>The part of a run's optimisation that a stage may have of its own.</summary>
    public static StageTraining Of(TrainingSpec run) => new()
    {
        Epochs = run.Epochs,
        BatchSize = run.BatchSize,
        Optimizer = run.Optimizer,
        LearningRate = run.LearningRate,
        WeightDecay = run.WeightDecay,
        Warmup = run.Warmup,
        Decay = run.Decay,
        Clip = run.Clip,
        Augmentation = run.Augmentation,
        Freeze = run.Freeze,
        Pruning = run.Pruning,
        Quantization = run.Quantization,
    };
}
