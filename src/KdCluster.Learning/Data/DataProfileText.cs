using System.Globalization;
using System.Text;

namespace KdCluster.Learning.Data;

/// <summary>A profile as text for a terminal or a log.</summary>
internal static class DataProfileText
{
    private const int Width = 80;
    private const int WidestName = 36;
    private const int MostClasses = 40;

    private static readonly (string Name, Func<ScoreProfile, double> Value)[] Figures = [("lowest", s => s.Lowest), ("mean", s => s.Mean), ("highest", s => s.Highest), ("deviation", s => s.Deviation)];

    public static string Of(DataProfile profile)
    {
        var text = new StringBuilder();
        foreach (string line in Table(profile))
            text.AppendLine(line);
        foreach (string line in profile.Changes.Select(c => $"changed: {c}").Concat(profile.Warnings.Select(w => $"warning: {w}")))
            Wrap(text, line);
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static IEnumerable<string> Table(DataProfile profile)
    {
        List<string[]> rows = [[profile.Scores is null ? "class" : "score", .. profile.Splits.Select(s => s.Name)]];
        foreach ((string name, Func<ScoreProfile, double> value) in profile.Scores is null ? [] : Figures)
            rows.Add([name, .. profile.Splits.Select((_, s) => s < profile.Scores!.Count ? value(profile.Scores[s]).ToString("0.####", CultureInfo.InvariantCulture) : "")]);
        rows.AddRange(profile.Classes.Take(MostClasses).Select(c => (string[])[Short(LabelNames.Show(c.Name)), .. c.Rows.Select(Count)]));
        if (profile.Classes.Count > MostClasses)
            rows.Add([$"... {profile.Classes.Count - MostClasses} more", .. profile.Splits.Select((_, s) => Count(profile.Classes.Skip(MostClasses).Sum(c => c.Rows[s])))]);
        rows.Add(["(rows)", .. profile.Splits.Select(s => Count(s.Rows))]);
        if (profile.MaxLength > 0)
            rows.Add([$"(cut at {profile.MaxLength} tokens)", .. profile.Splits.Select(s => FormattableString.Invariant($"{100 * s.CutShare:0.0} %"))]);
        rows.Add(["(in an earlier split)", .. profile.Splits.Select((s, i) => i == 0 ? "" : Count(s.Overlap))]);
        rows.Add(["(bad rows)", .. profile.Splits.Select(s => Count(s.BadRows))]);
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length))];
        return rows.Select(r => string.Join("  ", r.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd());
    }

    private static void Wrap(StringBuilder text, string line)
    {
        int column = 0;
        foreach (string word in line.Split(' ').SelectMany(w => w.Chunk(Width - 2).Select(part => new string(part)).DefaultIfEmpty("")))
        {
            if (column > 0 && column + 1 + word.Length > Width)
            {
                text.AppendLine().Append("  ");
                column = 2;
            }
            else if (column > 0)
            {
                text.Append(' ');
                column++;
            }
            text.Append(word);
            column += word.Length;
        }
        text.AppendLine();
    }

    private static string Short(string name) => name.Length <= WidestName ? name : $"{name[..(WidestName - 3)]}...";

    private static string Count(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
