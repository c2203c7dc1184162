using System.Globalization;
using KdCluster.Recipes;

namespace KdCluster.Learning.Data.Readers;

/// <summary>Where in a row of fields the text, the pair and the label stand.</summary>
internal sealed class ColumnMap
{
    private readonly int _text;
    private readonly int? _pair;
    private readonly int _label;
    private readonly int _count;

    private ColumnMap(int text, int? pair, int label, int count)
    {
        _text = text;
        _pair = pair;
        _label = label;
        _count = count;
    }

    /// <summary>Finds the recipe's columns.</summary>
    /// <param name="columns">Names, or 0-based positions.</param>
    /// <param name="first">The header's fields, or the first row's when there is no header.</param>
    /// <param name="isHeader">Whether <paramref name="first"/> names the columns.</param>
    /// <param name="file">For messages.</param>
    /// <exception cref="KdException"><c>KD1103</c>: every column that is missing.</exception>
    public static ColumnMap Find(ColumnSpec columns, IReadOnlyList<string> first, bool isHeader, string file)
    {
        var errors = new List<KdError>();
        int Place(string key, string name)
        {
            int place = isHeader ? first.ToList().IndexOf(name) : -1;
            if (place < 0 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int position) && position < first.Count)
                place = position;
            if (place < 0)
            {
                string present = isHeader ? $"its columns are {string.Join(", ", first)}" : $"without a header its columns are 0 to {first.Count - 1}";
                errors.Add(new KdError("KD1103", $"there is no column '{name}': {present}.", $"{file}:1", $"Set data.columns.{key}."));
            }
            return place;
        }

        int text = Place("text", columns.Text);
        int? pair = columns.Pair is null ? null : Place("pair", columns.Pair);
        int label = Place("label", columns.Label);
        return errors.Count == 0 ? new ColumnMap(text, pair, label, first.Count) : throw new KdException(errors);
    }

    public RawRow Row(int line, IReadOnlyList<string> fields, int lines = 1) => fields.Count != _count
        ? RawRow.Bad(line, $"{fields.Count} columns instead of {_count}", lines)
        : new RawRow(line, fields[_text], _pair is int pair ? fields[pair] : null, fields[_label], null, lines);
}
