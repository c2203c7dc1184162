using System.Text.Json.Serialization;
using KdCluster.Metrics;

namespace KdCluster.Learning.Training;

/// <summary>How well a model does on labelled rows, by the figures that its task has. Asking for a figure that it has not is a mistake of the program.</summary>
[JsonConverter(typeof(EvaluationResultJson))]
public sealed record EvaluationResult
{
    internal EvaluationResult(int count, IEnumerable<(Metric Metric, double? Value)> figures)
    {
        Count = count;
        Figures = [.. figures.Where(f => f.Value is not null).Select(f => (f.Metric, f.Value!.Value))];
    }

    /// <summary>Of a classifier.</summary>
    /// <param name="count">Rows.</param>
    /// <param name="accuracy">Share of rows whose most probable class is the label, 0 to 1.</param>
    /// <param name="macroF1">Mean F1 of the classes that occur as label or prediction, 0 to 1; a class never hit counts 0.</param>
    /// <param name="crossEntropy">Mean −log q_y in nats.</param>
    /// <param name="calibrationError">Expected calibration error over 15 bins of equal width: Guo et al., arXiv 1706.04599, equation 3.</param>
    public static EvaluationResult OfClasses(int count, double accuracy, double macroF1, double crossEntropy, double calibrationError) =>
        new(count, [(Metric.Accuracy, accuracy), (Metric.MacroF1, macroF1), (Metric.CrossEntropy, crossEntropy), (Metric.CalibrationError, calibrationError)]);

    /// <summary>Of a regression.</summary>
    /// <param name="count">Rows.</param>
    /// <param name="pearson">Null: undefined, since one side is constant.</param>
    /// <param name="spearman">The same.</param>
    /// <param name="meanSquaredError">In the square of the labels' unit.</param>
    public static EvaluationResult OfScores(int count, double? pearson, double? spearman, double meanSquaredError) =>
        new(count, [(Metric.Pearson, pearson), (Metric.Spearman, spearman), (Metric.MeanSquaredError, meanSquaredError)]);

    /// <summary>Of a language model.</summary>
    /// <param name="tokens">Tokens that were to be said.</param>
    /// <param name="crossEntropy">Mean −log q of them, nats per token.</param>
    public static EvaluationResult OfTokens(int tokens, double crossEntropy) =>
        new(tokens, [(Metric.CrossEntropy, crossEntropy), (Metric.Perplexity, double.IsFinite(Math.Exp(crossEntropy)) ? Math.Exp(crossEntropy) : null)]);

    /// <summary>Rows; of a language model the tokens that were to be said.</summary>
    public int Count { get; }

    /// <summary>The figures that are defined, in the order of <see cref="Metric.All"/>.</summary>
    public IReadOnlyList<(Metric Metric, double Value)> Figures { get; }

    /// <summary>Share of rows whose most probable class is the label, 0 to 1.</summary>
    public double Accuracy => Of(Metric.Accuracy);

    /// <summary>Mean F1 of the classes that occur as label or prediction, 0 to 1.</summary>
    public double MacroF1 => Of(Metric.MacroF1);

    /// <summary>Mean −log q_y in nats.</summary>
    public double CrossEntropy => Of(Metric.CrossEntropy);

    /// <summary>Expected calibration error, 0 to 1.</summary>
    public double CalibrationError => Of(Metric.CalibrationError);

    /// <summary>What of it is not finite when the model's answers are not: cross-entropy, or the mean squared error.</summary>
    public double Loss => Find(Metric.CrossEntropy) ?? Of(Metric.MeanSquaredError);

    /// <summary>A figure; null: it is undefined, or of another task.</summary>
    public double? Find(Metric metric)
    {
        foreach ((Metric own, double value) in Figures)
        {
            if (own == metric)
                return value;
        }

        return null;
    }

    /// <summary>The figures that are defined, by their names.</summary>
    public Dictionary<string, double> ByName() => Figures.ToDictionary(f => f.Metric.Name, f => f.Value);

    /// <summary>Whether count and figures are equal.</summary>
    public bool Equals(EvaluationResult? other) => other is not null && Count == other.Count && Figures.SequenceEqual(other.Figures);

    /// <inheritdoc/>
    public override int GetHashCode() => Figures.Aggregate(Count, HashCode.Combine);

    private double Of(Metric metric) => Find(metric) ?? throw new InvalidOperationException($"there is no {metric.Title} here: it is of another task, or undefined");
}
