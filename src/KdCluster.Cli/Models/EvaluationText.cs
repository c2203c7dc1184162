using System.Globalization;
using KdCluster.Cli.Output;
using KdCluster.Cli.Runs;
using KdCluster.Learning.Training;
using KdCluster.Metrics;

namespace KdCluster.Cli.Models;

/// <summary>What was measured of a model, for people.</summary>
internal static class EvaluationText
{
    private static readonly Metric[] Shares = [Metric.Accuracy, Metric.MacroF1, Metric.CalibrationError];

    /// <summary>The figures after the name of the rows.</summary>
    /// <param name="rows">Such as <c>test</c>.</param>
    /// <param name="result">The figures.</param>
    /// <param name="classes">Those that are told of a classifier; of other tasks all are.</param>
    public static string Of(string rows, EvaluationResult result, params IReadOnlyList<Metric> classes)
    {
        IReadOnlyList<Metric> told = result.Find(Metric.MeanSquaredError) is not null ? Metric.Of(Recipes.TaskNames.TextRegression)
            : result.Find(Metric.Perplexity) is not null ? Metric.Of(Recipes.TaskNames.LanguageModelling)
            : classes;
        return $"{rows} {RunText.Join(told.Select(m => Figure(m, result.Find(m))))}";
    }

    private static string Figure(Metric metric, double? value) => value is not { } figure ? $"{metric.Title} undefined"
        : Shares.Contains(metric) ? $"{metric.Title} {Human.Percent(figure)}"
        : string.Create(CultureInfo.InvariantCulture, $"{metric.Title} {figure:0.0000}");
}
