using System.Xml.Linq;
using KdCluster.Cli.Comparisons;
using KdCluster.Metrics;

namespace KdCluster.Tests.Cli;

/// <summary>The table, by figures that are known.</summary>
public class ComparisonTests
{
    // Differences .01, .02, .03: mean .02, deviation .01, t = .02/(.01/√3) = 3.4641, p = .0742 with two degrees of freedom; t₂(.975) = 4.3027, so ± .02484.
    private static readonly ComparedRow s_plain = Row("plain_kd", 0.80, 0.81, 0.79), s_better = Row("a: better", 0.81, 0.83, 0.82), s_same = Row("same & <all>", 0.81, 0.82, 0.80);

    [Fact]
    public void Differences_intervals_and_tests_are_those_of_the_pairs()
    {
        Comparison comparison = new([s_plain, s_better, s_same], 0, "60 test rows");

        ComparedDifference better = comparison.Differences[1]!, same = comparison.Differences[2]!;
        Assert.Null(comparison.Differences[0]);
        Assert.Equal(0.02, better.Test.MeanDifference, 12);
        Assert.Equal((-0.00484, 0.04484), (Math.Round(better.Interval.Low, 5), Math.Round(better.Interval.High, 5)));
        Assert.Equal(0.0742, better.PValue, 4);
        Assert.Equal(2, better.Effect, 9);
        // The other difference is the same for every seed: no test, and none to correct for.
        Assert.False(same.Test.IsTested);
        Assert.Equal((better.PValue, 1), (better.Corrected, comparison.Tests));
        Assert.True(double.IsNaN(same.PValue) && double.IsNaN(same.Corrected) && double.IsNaN(same.Effect));
    }

    [Fact]
    public void Another_reference_turns_the_differences_around()
    {
        Comparison comparison = new([s_plain, s_better], 1, "60 test rows");

        Assert.Equal(-0.02, comparison.Differences[0]!.Test.MeanDifference, 12);
        Assert.Null(comparison.Differences[1]);
    }

    [Fact]
    public void The_table_says_what_its_figures_are()
    {
        string text = ComparisonMarkdown.Of(new([s_plain, s_better, s_same], 0, "60 test rows") { Notes = ["one more thing"] });

        Assert.Contains("| a: better    | 82.00 ± 1.00 |      +2.00 | −0.48 … +4.48 | 0.074 |       0.074 |  +2.00 |", text, StringComparison.Ordinal);
        Assert.Contains("over 3 seeds (1, 2, 3)", text, StringComparison.Ordinal);
        Assert.Contains("Holm's over 1 test;", text, StringComparison.Ordinal);
        Assert.Contains("Without a p: the difference is the same", text, StringComparison.Ordinal);
        Assert.Contains("for the students of a row, 21 in all", text, StringComparison.Ordinal);
        Assert.EndsWith("- one more thing\n", text, StringComparison.Ordinal);
        Assert.Contains("One seed", ComparisonMarkdown.Of(new([Row("a", 0.5), Row("b", 0.6)], 0, "rows")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_undefined_figure_is_not_compared_and_said()
    {
        Comparison comparison = new([s_plain, Row("broken", 0.8, double.NaN, 0.8)], 0, "60 test rows");

        Assert.Null(comparison.Differences[1]);
        Assert.Contains("`broken`: the figure is undefined for 1 of its seeds", ComparisonMarkdown.Of(comparison), StringComparison.Ordinal);
        Assert.Equal(',', ComparisonCsv.Of(comparison).Split("\r\n")[2].Split("broken")[1][0]);
        XElement.Parse(ComparisonFigure.Of(comparison));
    }

    [Fact]
    public void CSV_has_full_digits_and_quotes_what_needs_it()
    {
        string[] lines = ComparisonCsv.Of(new([Row("one, \"two\"", 0.1 + 0.2, 0.5, 0.5), s_better], 0, "60 test rows")).Split("\r\n");

        Assert.StartsWith("\"one, \"\"two\"\"\",run,accuracy,", lines[1], StringComparison.Ordinal);
        Assert.Contains("0.30000000000000004", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",seed_1,seed_2,seed_3", lines[0], StringComparison.Ordinal);
        Assert.Equal(lines[0].Count(c => c == ','), lines[2].Count(c => c == ','));
    }

    [Fact]
    public void Names_are_text_in_LaTeX_and_in_the_picture()
    {
        Comparison comparison = new([s_plain, s_better, s_same], 0, "60 test rows");
        string latex = ComparisonLatex.Of(comparison);

        Assert.Contains("plain\\_kd & 80.00 $\\pm$ 1.00 &  &  &  & 5.0 \\\\", latex, StringComparison.Ordinal);
        Assert.Contains("same \\& $<$all", latex, StringComparison.Ordinal);
        XElement picture = XElement.Parse(ComparisonFigure.Of(comparison));
        XNamespace svg = "http://www.w3.org/2000/svg";
        Assert.Contains("same & <all>", picture.Elements(svg + "text").Select(t => t.Value));
        // Three seeds and a mean for each row.
        Assert.Equal(3 * 4, picture.Elements(svg + "circle").Count());
    }

    [Fact]
    public void Settings_are_drawn_without_repetition_and_the_same_every_time()
    {
        TuningGrid grid = TuningGrid.Read(["training.learningRate=1e-4,1e-3,1e-2", "objective.alpha=0.5,0.9"]);

        Assert.Equal(6, grid.Count);
        string[] drawn = [.. grid.Draw(4).Select(s => string.Join(' ', s))];
        Assert.Equal(4, drawn.Distinct().Count());
        Assert.Equal(drawn, TuningGrid.Read(["training.learningRate=1e-4,1e-3,1e-2", "objective.alpha=0.5,0.9"]).Draw(4).Select(s => string.Join(' ', s)));
        Assert.Equal(6, grid.Draw(100).Select(s => string.Join(' ', s)).Distinct().Count());
        Assert.All(drawn, d => Assert.Matches("^training.learningRate=1e-[234] objective.alpha=0.[59]$", d));
    }

    [Theory]
    [InlineData("training.learningRate")]
    [InlineData("training.learningRate=")]
    [InlineData("=1")]
    [InlineData("a=1,,2")]
    public void An_axis_without_values_is_refused(string axis) => Assert.Equal("KD1704", Assert.Throws<KdException>(() => TuningGrid.Read([axis])).Code);

    private static ComparedRow Row(string name, params double[] figures) =>
        new(name, "run", Metric.Accuracy, [.. figures.Select((_, i) => (long)i + 1)], figures, [.. figures.Select(_ => 0.05)], 7, 1.5);
}
