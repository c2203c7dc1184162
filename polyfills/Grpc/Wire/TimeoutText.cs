using System.Globalization;

namespace Grpc.Wire;

/// <summary><c>grpc-timeout</c>: at most eight digits and a unit (H, M, S, m, u, n).</summary>
internal static class TimeoutText
{
    private const long Largest = 99_999_999;

    public static string Format(TimeSpan timeout)
    {
        (long Ticks, char Unit)[] units =
        [
            (TimeSpan.TicksPerMicrosecond, 'u'), (TimeSpan.TicksPerMillisecond, 'm'), (TimeSpan.TicksPerSecond, 'S'),
            (TimeSpan.TicksPerMinute, 'M'), (TimeSpan.TicksPerHour, 'H'),
        ];
        var ticks = Math.Max(timeout.Ticks, 0);
        foreach (var (size, unit) in units)
        {
            // Rounded up, so that the server never gives up before the client does.
            var count = (ticks / size) + (ticks % size == 0 ? 0 : 1);
            if (count <= Largest)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
            }
        }

        return $"{Largest}H";
    }

    public static bool TryParse(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        long? ticks = text[^1] switch
        {
            'n' => count / TimeSpan.NanosecondsPerTick,
            'u' => count * TimeSpan.TicksPerMicrosecond,
            'm' => count * TimeSpan.TicksPerMillisecond,
            'S' => count * TimeSpan.TicksPerSecond,
            'M' => count * TimeSpan.TicksPerMinute,
            'H' => count * TimeSpan.TicksPerHour,
            _ => null,
        };
        timeout = new TimeSpan(ticks ?? 0);
        return ticks is not null;
    }
}
