using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Models.Families;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.SoftTargets;

namespace KdCluster.Learning.Training;

/// <summary>One model to be trained, from one seed. The same job gives the same bytes on the same kind of device with the same number of threads, however often it is interrupted.</summary>
public sealed record TrainingJob
{
    /// <summary>The architecture, or where its weights come from a folder. The sizes of inputs and classes are those of <see cref="Encoder"/> and <see cref="Labels"/>.</summary>
    public required ModelSpec Model { get; init; }

    /// <summary>The optimisation; its <see cref="TrainingSpec.Seeds"/> and <see cref="TrainingSpec.Prefetch"/> are not used here.</summary>
    public required TrainingSpec Training { get; init; }

    /// <summary>The loss; not used without <see cref="SoftTargets"/>.</summary>
    public ObjectiveSpec Objective { get; init; } = new();

    /// <summary>How teachers are mixed; not used without <see cref="SoftTargets"/>.</summary>
    public WeightingSpec Weighting { get; init; } = new();

    /// <summary>What a step does; null: <see cref="LoopSpec.Supervised"/>.</summary>
    public LoopSpec? Loop { get; init; }

    /// <summary>The weights to begin with; null draws them.</summary>
    public FirstWeights? First { get; init; }

    /// <summary>Which of the teachers of <see cref="SoftTargets"/> is the moving average of the model itself, whose logits are left 0 there; null: none.</summary>
    public int? AverageTeacher { get; init; }

    /// <summary>Largest share of the old in a step of that average, 0 up to but not including 1.</summary>
    public double AverageDecay { get; init; } = 0.999;

    /// <summary>Which checkpoint is <c>best</c>: <c>accuracy</c> or <c>cross-entropy</c>, of a regression <c>pearson</c>, <c>spearman</c> or <c>mse</c> (all of the validation), or <c>last</c>.</summary>
    public string Select { get; init; } = "accuracy";

    /// <summary>Decides the first weights, the order of the rows, dropout, and the weighting's draws.</summary>
    public required long Seed { get; init; }

    /// <summary>Training rows; at least one.</summary>
    public required EncodedSplit Train { get; init; }

    /// <summary>Changes the training rows in each epoch, for the student alone; null: nothing does.</summary>
    public IAugmentation? Augmentation { get; init; }

    /// <summary>Validation rows, of which the best checkpoint is chosen; at least one.</summary>
    public required EncodedSplit Validation { get; init; }

    /// <summary>The teachers' answers on <see cref="Train"/>; null trains from labels alone, which is also how teachers are made.</summary>
    public ISoftTargetSource? SoftTargets { get; init; }

    /// <summary>What made the views.</summary>
    public required InputEncoder Encoder { get; init; }

    /// <summary>The classes, or the score.</summary>
    public required LabelSpace Labels { get; init; }

    /// <summary>
    /// The training's own folder: <c>best</c> (the best checkpoint), <c>last</c> and <c>previous</c> (to resume from), <c>metrics.jsonl</c>, and with teachers <c>instance-weights.safetensors</c>. A folder that holds
    /// an unfinished training of the same job is continued.
    /// </summary>
    public required string Folder { get; init; }

    /// <summary>What the best checkpoint is to say of itself; figures of the validation are added.</summary>
    public required CheckpointInfo Info { get; init; }

    /// <summary>Student steps between validations within an epoch; 0 validates at each epoch's end only.</summary>
    public int ValidateEvery { get; init; }

    /// <summary>Student steps between two step lines of <c>metrics.jsonl</c>; at least 1.</summary>
    public int MetricsEvery { get; init; } = 50;

    /// <summary>Shortest time between two reports of progress, epoch ends aside.</summary>
    public TimeSpan ProgressEvery { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>Where the policy is, if the weighting is one; null: in this process. Decides nothing else.</summary>
    public IPolicyHost? PolicyHost { get; init; }

    /// <summary>What the policy begins with; null: it has learned nothing yet.</summary>
    public LearnedPolicy? Learned { get; init; }

    /// <summary>Called before a checkpoint is written; what it throws ends the training and leaves <see cref="Folder"/> to its new owner. Null: the folder cannot get another owner.</summary>
    public Action? BeforeWrite { get; init; }

    /// <summary>The model's shape.</summary>
    /// <exception cref="KdException">That of <see cref="PretrainedFolder.ShapeOf"/>.</exception>
    internal ModelShape ShapeOfModel() => PretrainedFolder.Of(Model)?.ShapeOf(Model, Labels.Count) ?? TokenTypes.Fitting(Encoder.ShapeOf(Model, Labels.Count), Encoder);

    /// <summary>Measures durations; decides nothing else.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
