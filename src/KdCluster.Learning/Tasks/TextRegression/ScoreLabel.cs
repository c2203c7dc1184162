using System.Globalization;
using KdCluster.Learning.Data;

namespace KdCluster.Learning.Tasks.TextRegression;

/// <summary>A label that is a number.</summary>
internal static class ScoreLabel
{
    /// <summary>Reads it. A decimal point, no separators of thousands, and an exponent if there is one.</summary>
    /// <param name="written">As in the file, without blanks around it.</param>
    /// <param name="range">The lowest and the highest that there can be; null: any.</param>
    /// <param name="score">The number.</param>
    /// <returns>What is wrong with it; null: nothing.</returns>
    public static string? Read(string written, IReadOnlyList<double>? range, out float score)
    {
        score = 0;
        string shown = LabelNames.Show(written);
        if (!double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            return written.ToLowerInvariant() is "inf" or "+inf" or "-inf" ? $"the score '{shown}' is not finite"
                : written.Count(c => c == ',') == 1 ? $"'{shown}' is no number: is the comma a decimal point?"
                : $"'{shown}' is no number";
        }

        score = (float)number;
        return !float.IsFinite(score) ? $"the score '{shown}' is not finite{(double.IsFinite(number) ? " in single precision" : "")}"
            : range is [var lowest, var highest] && !(number >= lowest && number <= highest) ? string.Create(CultureInfo.InvariantCulture, $"the score {shown} is outside data.range, {lowest} to {highest}")
            : null;
    }
}
