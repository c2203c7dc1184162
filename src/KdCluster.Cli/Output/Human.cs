using System.Globalization;

namespace KdCluster.Cli.Output;

/// <summary>Numbers as people read them.</summary>
internal static class Human
{
    /// <summary>Seconds as <c>42s</c>, <c>3m 05s</c>, <c>2h 07m</c>; <c>-</c> when not known.</summary>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds < 0)
            return "-";
        if (seconds < 9.95)
            return Format($"{seconds:0.0}s");
        long whole = (long)Math.Min(Math.Round(seconds), 359_999_999);
        return whole < 60 ? Format($"{whole}s")
            : whole < 3600 ? Format($"{whole / 60}m {whole % 60:00}s")
            : Format($"{whole / 3600}h {whole % 3600 / 60:00}m");
    }

    /// <summary>A whole number with thousands parted.</summary>
    public static string Count(double number) => double.IsFinite(number) ? Format($"{number:#,0}") : "-";

    /// <summary>A share of 1 in per cent with one decimal; <c>-</c> when not known.</summary>
    public static string Percent(double share) => double.IsFinite(share) ? Format($"{share * 100:0.0} %") : "-";

    /// <summary>Bytes with a binary unit.</summary>
    public static string Bytes(double bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        int unit = 0;
        for (; bytes >= 1024 && unit < units.Length - 1; unit++)
            bytes /= 1024;
        return unit == 0 ? Format($"{bytes:0} B") : Format($"{bytes:0.0} {units[unit]}");
    }

    /// <summary>A count with a decimal unit, such as <c>1.2M</c>.</summary>
    public static string Short(double number) => number switch
    {
        >= 999_950_000 => Format($"{number / 1e9:0.0}G"),
        >= 999_950 => Format($"{number / 1e6:0.0}M"),
        >= 10_000 => Format($"{number / 1e3:0.0}k"),
        _ => Count(number),
    };

    /// <summary>A bar of <paramref name="width"/> columns, filled to a share of 1.</summary>
    public static string Bar(double share, int width)
    {
        int filled = (int)Math.Floor(Math.Clamp(double.IsNaN(share) ? 0 : share, 0, 1) * width);
        return new string('#', filled) + new string('.', width - filled);
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
