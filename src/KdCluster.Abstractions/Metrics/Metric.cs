using KdCluster.Recipes;

namespace KdCluster.Metrics;

/// <summary>A figure of merit.</summary>
/// <param name="Name">As metrics, checkpoints and results name it.</param>
/// <param name="Title">For people.</param>
/// <param name="LowerIsBetter">Whether less is better.</param>
public sealed record Metric(string Name, string Title, bool LowerIsBetter = false)
{
    /// <summary>Share of rows whose most probable class is the label, 0 to 1.</summary>
    public static readonly Metric Accuracy = new("accuracy", "accuracy");

    /// <summary>Mean F1 of the classes, 0 to 1.</summary>
    public static readonly Metric MacroF1 = new("macro_f1", "macro F1");

    /// <summary>Mean −log q_y, nats.</summary>
    public static readonly Metric CrossEntropy = new("cross_entropy", "cross-entropy", LowerIsBetter: true);

    /// <summary>Expected calibration error, 0 to 1.</summary>
    public static readonly Metric CalibrationError = new("calibration_error", "calibration error", LowerIsBetter: true);

    /// <summary>Pearson's correlation of scores and labels, −1 to 1; undefined where one side is constant.</summary>
    public static readonly Metric Pearson = new("pearson", "Pearson");

    /// <summary>Spearman's correlation: Pearson's of the ranks, equal values sharing the mean of their ranks; undefined where one side is constant.</summary>
    public static readonly Metric Spearman = new("spearman", "Spearman");

    /// <summary>Mean squared error, in the square of the labels' unit.</summary>
    public static readonly Metric MeanSquaredError = new("mse", "MSE", LowerIsBetter: true);

    /// <summary>e^(mean −log q of the next token): how many tokens the model hesitates between. 1 at least; per token of the model's own tokenizer.</summary>
    public static readonly Metric Perplexity = new("perplexity", "perplexity", LowerIsBetter: true);

    /// <summary>All there are, in the order in which they are told.</summary>
    public static IReadOnlyList<Metric> All { get; } = [Accuracy, MacroF1, CrossEntropy, CalibrationError, Pearson, Spearman, MeanSquaredError, Perplexity];

    /// <summary>Those that the report of a task shows; the first is the one that students are compared by.</summary>
    /// <param name="task">Of <see cref="TaskNames"/>.</param>
    public static IReadOnlyList<Metric> Of(string task) => task switch
    {
        TaskNames.TextRegression => [Pearson, Spearman, MeanSquaredError],
        TaskNames.LanguageModelling => [Perplexity, CrossEntropy],
        _ => [Accuracy],
    };

    /// <summary>One by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Metric Find(string name) => All.FirstOrDefault(m => m.Name == name) ?? throw new ArgumentException($"there is no metric '{name}'", nameof(name));
}
