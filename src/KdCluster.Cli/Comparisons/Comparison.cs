using KdCluster.Learning.Metrics;
using KdCluster.Metrics;

namespace KdCluster.Cli.Comparisons;

/// <summary>Rows against one of them.</summary>
internal sealed class Comparison
{
    /// <param name="rows">All with the same metric and the same seeds.</param>
    /// <param name="reference">Place of the row that the others are compared with.</param>
    /// <param name="judgedOn">Which rows of the data the figures are of, for people.</param>
    public Comparison(IReadOnlyList<ComparedRow> rows, int reference, string judgedOn)
    {
        (Rows, Reference, JudgedOn) = (rows, rows[reference], judgedOn);
        ComparedDifference?[] differences = [.. rows.Select((row, i) => i == reference || row.Figures.Any(double.IsNaN) || Reference.Figures.Any(double.IsNaN) ? null : new ComparedDifference(PairedTest.Of(row.Figures, Reference.Figures)))];
        IReadOnlyList<double> corrected = HolmCorrection.Of([.. differences.Select(d => d?.PValue ?? double.NaN)]);
        Differences = [.. differences.Select((d, i) => d is null ? null : d with { Corrected = corrected[i] })];
    }

    /// <summary>All rows, in the order of the recipes.</summary>
    public IReadOnlyList<ComparedRow> Rows { get; }

    /// <summary>The one that the others are compared with.</summary>
    public ComparedRow Reference { get; }

    /// <summary>Which rows of the data the figures are of.</summary>
    public string JudgedOn { get; }

    /// <summary>One per row; null: the reference itself, and where a figure is undefined.</summary>
    public IReadOnlyList<ComparedDifference?> Differences { get; }

    /// <summary>What is compared.</summary>
    public Metric Metric => Reference.Metric;

    /// <summary>Tests that are corrected for one another.</summary>
    public int Tests => Differences.Count(d => d?.Test.IsTested == true);

    /// <summary>What else a reader must know, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
