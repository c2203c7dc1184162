using System.Globalization;
using KdCluster.Recipes;

namespace KdCluster.Learning.Data.Readers;

/// <summary>Where in a row of fields the text, the pair and the label stand.</summary>
internal sealed class ColumnMap
{
    private readonly int _text;
    private readonly int? _pair;
    private readonly int? _label;
    private readonly int _count;

    private ColumnMap(int text, int? pair, int? label, int count)
    {
        _text = text;
        _pair = pair;
        _label = label;
        _count = count;
    }

    /// <summary>Finds the recipe's columns.</summary>
    /// <param name="columns">Names, or 0-based positions: whole numbers are names only where the header has all that the recipe names.</param>
    /// <param name="first">The header's fields, or the first row's when there is no header.</param>
    /// <param name="isHeader">Whether <paramref name="first"/> names the columns.</param>
    /// <param name="where">File and line, for messages.</param>
    /// <param name="notes">Takes the first row's label where only the classes can tell whether it is a header's.</param>
    /// <param name="labels">What its labels are.</param>
    /// <exception cref="KdException"><c>KD1103</c>: every column that is missing, named twice, or meant for two things.</exception>
    public static ColumnMap Find(ColumnSpec columns, IReadOnlyList<string> first, bool isHeader, string where, ReaderNotes notes, LabelKind labels = LabelKind.Class)
    {
        var errors = new List<KdError>();
        (string Key, string Name)[] wanted = [("text", columns.Text), .. columns.Pair is { } second ? new[] { ("pair", second) } : [], .. labels == LabelKind.None ? [] : new[] { ("label", columns.Label) }];
        bool areNames = isHeader && wanted.All(w => first.Contains(w.Name));
        int[] places = [.. wanted.Select(w => Place(w.Key, w.Name))];
        foreach (var same in wanted.Zip(places).Where(w => w.Second >= 0).GroupBy(w => w.Second).Where(g => g.Count() > 1))
            errors.Add(new KdError("KD1103", $"column {same.Key} is used twice: {string.Join(" and ", same.Select(w => $"data.columns.{w.First.Key}"))}.", where, "Name another column."));
        if (errors.Count > 0)
            throw new KdException(errors);

        int? label = labels == LabelKind.None ? null : places[^1];
        if (label is { } place && isHeader && !areNames && !first.Index().All(f => f.Item == f.Index.ToString(CultureInfo.InvariantCulture)))
            notes.HeaderLabel = first[place].Trim();
        return new ColumnMap(places[0], columns.Pair is null ? null : places[1], label, first.Count);

        int Place(string key, string name)
        {
            if (!areNames && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int position) && position < first.Count)
                return position;
            int[] found = isHeader ? [.. first.Index().Where(f => f.Item == name).Select(f => f.Index)] : [];
            if (found.Length == 1)
                return found[0];
            errors.Add(found.Length > 1
                ? new KdError("KD1103", $"the column '{name}' occurs {found.Length} times, at the positions {string.Join(", ", found)}.", where, $"Set data.columns.{key} to the position of the right column.")
                : new KdError("KD1103", $"there is no column '{name}': {Present(first, isHeader)}.", where,
                    $"Set data.columns.{key}{(isHeader ? "; if this row names no columns, set data.header to false and give positions" : "")}."));
            return -1;
        }
    }

    public RawRow Row(int line, IReadOnlyList<string> fields, int lines = 1) => fields.Count != _count
        ? RawRow.Bad(line, $"{fields.Count} columns instead of {_count}", lines)
        : new RawRow(line, fields[_text], _pair is int pair ? fields[pair] : null, _label is int label ? fields[label] : "", null, lines);

    /// <summary>The label of a line that would be a row if it stood outside quotes; null when it would not.</summary>
    public string? LabelIn(string line)
    {
        string[] fields = line.Split(',');
        return _label is int label && fields.Length == _count ? fields[label].Trim().Trim('"') : null;
    }

    private static string Present(IReadOnlyList<string> first, bool isHeader)
    {
        const int shown = 12, widest = 40;
        return isHeader
            ? $"its columns are {string.Join(", ", first.Take(shown).Select(f => LabelNames.Show(f.Length > widest ? $"{f[..widest]}..." : f)))}{(first.Count > shown ? ", ..." : "")}"
            : $"without a header its columns are 0 to {first.Count - 1}";
    }
}
