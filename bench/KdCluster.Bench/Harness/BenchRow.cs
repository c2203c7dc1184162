using System.Globalization;

namespace KdCluster.Bench;

/// <summary>One line of the table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Against">What it was measured against, and what was counted.</param>
internal sealed record BenchRow(string What, string Against)
{
    /// <summary>The ratio or quantity; null when it was not measured.</summary>
    public Interval? Value { get; init; }

    /// <summary>Unit of a quantity; empty for a ratio.</summary>
    public string Unit { get; init; } = "";

    /// <summary>The number to hold; null when it is for information.</summary>
    public Hold? Hold { get; init; }

    /// <summary>Figures behind the ratio, or why it was not measured.</summary>
    public string Note { get; init; } = "";

    /// <summary>The bench broke off.</summary>
    public bool Failed { get; init; }

    /// <summary><c>ok</c>, <c>miss</c>, either with a tilde, <c>-</c> without a number to hold, <c>skipped</c> or <c>failed</c>.</summary>
    public string Verdict => Failed ? "failed" : Value is null ? "skipped" : Hold?.Judge(Value) ?? "-";

    /// <summary>A row that could not be measured.</summary>
    public static BenchRow Skipped(string what, string against, string why) => new(what, against) { Note = why };

    /// <summary>The cells of the table: value, interval, hold, verdict.</summary>
    public (string Value, string Interval, string Hold, string Verdict) Cells()
    {
        string value = Value is null ? "-" : Number(Value.Median) + (Unit.Length > 0 ? " " + Unit : "");
        string interval = Value is null || Value.Count < 2 ? "-" : $"{Number(Value.Low)} .. {Number(Value.High)} of {Value.Count}";
        return (value, interval, Hold?.ToString() ?? "-", Verdict);
    }

    private static string Number(double number) => Math.Abs(number) switch
    {
        < 0.1 => number.ToString("0.0000", CultureInfo.InvariantCulture),
        < 10 => number.ToString("0.000", CultureInfo.InvariantCulture),
        _ => number.ToString("0.0", CultureInfo.InvariantCulture),
    };
}
