namespace KdCluster.Cluster.Telemetry;

/// <summary>How a dotted name with a UCUM unit is called in OpenMetrics text: underscores, and the unit spelled out at the end, as OpenTelemetry's mapping to Prometheus has it.</summary>
internal static class OpenMetricsName
{
    /// <summary>The family's name; a counter's samples add <c>_total</c>.</summary>
    public static string Of(string name, string? unit)
    {
        char[] letters = [.. name.Select((c, i) => char.IsAsciiLetter(c) || (i > 0 && char.IsAsciiDigit(c)) ? c : '_')];
        string plain = new(letters);
        string suffix = Unit(unit);
        return suffix.Length == 0 || plain.EndsWith("_" + suffix, StringComparison.Ordinal) ? plain : $"{plain}_{suffix}";
    }

    /// <summary>The unit's word; empty for pure numbers and for things that are counted, <c>{row}</c>.</summary>
    public static string Unit(string? unit) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "%" => "percent",
        _ => "",
    };
}
