using System.Globalization;
using KdCluster.Recipes;

namespace KdCluster.Cli.Demo;

/// <summary>Whether the table that the demo printed is whole: what a script learns from the exit code.</summary>
internal static class DemoTable
{
    /// <summary>What is missing in a report's table, or is no finite number; empty when nothing is.</summary>
    /// <param name="markdown">The report.</param>
    /// <param name="recipe">The run's.</param>
    public static IReadOnlyList<string> Faults(string markdown, Recipe recipe)
    {
        ILookup<string, string[]> rows = markdown.Split('\n').Where(l => l.StartsWith('|')).Select(l => l.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries)).ToLookup(c => c[0]);
        List<string> faults = [];
        string[] names = [.. recipe.Teachers.Select((t, k) => $"teacher {k + 1} {t.Name}"), .. recipe.Baselines.Append(recipe.Weighting.Kind).Select(v => $"student {v}")];
        foreach (string name in names)
        {
            if (rows[name].ToArray() is not [var cells])
                faults.Add($"{rows[name].Count()} rows of '{name}' instead of 1");
            else
                faults.AddRange(cells.Skip(1).SelectMany(Numbers).Where(n => !IsFinite(n)).Select(n => $"'{n}' in the row of '{name}' is no number"));
        }

        return faults;
    }

    private static string[] Numbers(string cell) => cell.Split(['/', '±'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsFinite(string number) => double.TryParse(number, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value);
}
