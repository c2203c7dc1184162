using System.Text.Json.Serialization;
using KdCluster.Metrics;

namespace KdCluster.Runs;

/// <summary>One student of a run: a row of its report and a seed.</summary>
[GenerateSerializer, Immutable, Alias("kd.StudentStatus")]
public sealed record StudentStatus
{
    /// <summary>The weighting's kind, <c>alone</c>, <c>stages</c>, or the name of a variant of the recipe.</summary>
    [Id(0)] public required string Variant { get; init; }

    /// <summary>Its seed.</summary>
    [Id(1)] public required long Seed { get; init; }

    /// <summary><c>waiting</c>, <c>student-warmup</c>, <c>policy-warmup</c>, <c>train</c>, <c>validate</c>, <c>test</c> or <c>done</c>.</summary>
    [Id(2)] public string Stage { get; init; } = "waiting";

    /// <summary>Epoch now, from 1.</summary>
    [Id(3)] public int Epoch { get; init; }

    /// <summary>Epochs in all.</summary>
    [Id(4)] public int Epochs { get; init; }

    /// <summary>Steps done.</summary>
    [Id(5)] public long Step { get; init; }

    /// <summary>Steps in all.</summary>
    [Id(6)] public long Steps { get; init; }

    /// <summary>Instances per second of wall time.</summary>
    [Id(7)] public double RowsPerSecond { get; init; }

    /// <summary>Seconds left at that pace.</summary>
    [Id(8)] public double SecondsLeft { get; init; }

    /// <summary>Training loss, last read.</summary>
    [Id(9)] public double Loss { get; init; } = double.NaN;

    /// <summary>Best validation accuracy so far, 0 to 1; NaN until measured, and of a regression.</summary>
    [Id(10)] public double ValidationAccuracy { get; init; } = double.NaN;

    /// <summary>Test accuracy of the best checkpoint, 0 to 1; NaN until measured, where the data has no test rows, and of a regression.</summary>
    [Id(11)] public double TestAccuracy { get; init; } = double.NaN;

    /// <summary>Share of the wall time spent waiting for soft targets, 0 to 1.</summary>
    [Id(12)] public double StallShare { get; init; }

    /// <summary>Rows × teachers that the store had.</summary>
    [Id(13)] public long StoreHits { get; init; }

    /// <summary>Rows × teachers that a teacher computed.</summary>
    [Id(14)] public long TeacherRows { get; init; }

    /// <summary>Mean weight per teacher so far.</summary>
    [Id(15)] public double[] Weights { get; init; } = [];

    /// <summary>Wall time of training, s.</summary>
    [Id(16)] public double Seconds { get; init; }

    /// <summary>Folder of the best checkpoint; empty until there is one.</summary>
    [Id(17)] public string Checkpoint { get; init; } = "";

    /// <summary>Number of weights of the student.</summary>
    [Id(18)] public long Parameters { get; init; }

    /// <summary>Deviation of each teacher's weight over the instances of a batch; empty until trained, NaN where the training was begun by a version that did not measure it.</summary>
    [Id(19)] public double[] Spreads { get; init; } = [];

    /// <summary>The gRPC address of the silo that trains it, or trained it last; empty before there was one.</summary>
    [Id(20)] public string Silo { get; init; } = "";

    /// <summary>Counts the times that it was given to a silo, from 1; 0 before. The highest owns the student's folder.</summary>
    [Id(21)] public long Attempt { get; init; }

    /// <summary>Name of the figure that students are compared by; null: accuracy.</summary>
    [Id(22), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Metric { get; init; }

    /// <summary>The figures of the best checkpoint on the validation rows, by the names of <see cref="Metrics.Metric"/>; what is undefined is not among them. Null until measured: of a regression at the first validation, else at the end.</summary>
    [Id(23), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Dictionary<string, double>? ValidationFigures { get; init; }

    /// <summary>The same on the test rows; null until measured, and where the data has none.</summary>
    [Id(24), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Dictionary<string, double>? TestFigures { get; init; }

    /// <summary>Of the recipe's stages the one that it is in: its name; null: the recipe has one alone, or none has begun.</summary>
    [Id(25), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? RecipeStage { get; init; }

    /// <summary>Number of that stage, from 1; 0 where it has no name.</summary>
    [Id(26), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int RecipeStageNumber { get; init; }

    /// <summary>Stages in all; 0 where that stage has no name.</summary>
    [Id(27), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int RecipeStages { get; init; }

    /// <summary>Whether it is trained and tested.</summary>
    public bool Done => Stage == "done";

    /// <summary>What names it within its run: <c>variant/seed</c>.</summary>
    public string Key => $"{Variant}/{Seed}";

    /// <summary>A figure of the best checkpoint; NaN: it is not measured, or undefined.</summary>
    /// <param name="metric">Which.</param>
    /// <param name="tested">On the test rows; else on the validation rows.</param>
    public double Figure(Metric metric, bool tested) => metric == Metrics.Metric.Accuracy
        ? tested ? TestAccuracy : ValidationAccuracy
        : (tested ? TestFigures : ValidationFigures)?.GetValueOrDefault(metric.Name, double.NaN) ?? double.NaN;
}
