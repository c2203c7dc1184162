using KdCluster.Learning.Data.Readers;

namespace KdCluster.Learning.Data.Spools;

/// <summary>The rows of a file as they are read, packed.</summary>
internal sealed class RawRows : IReadOnlyList<RawRow>
{
    // Classes are few and are kept as they are; scores may be as many as rows.
    private const int MostLabels = 100_000;

    private readonly TextSpool _texts = new(new ByteSpool());
    private readonly List<(long Place, int Line, int Lines, int Label)> _rows = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _labels = [];
    private readonly List<long> _rare = [];

    public int Count => _rows.Count;

    public RawRow this[int index]
    {
        get
        {
            (long place, int line, int lines, int label) = _rows[index];
            (string text, string? pair) = _texts.Read(place);
            return new RawRow(line, text, pair, Label(label), null, lines);
        }
    }

    /// <summary>The label of each row, as written.</summary>
    public IEnumerable<string> Labels => _rows.Select(r => Label(r.Label));

    /// <summary>Appends a row that is no bad one.</summary>
    public void Add(RawRow row)
    {
        if (!_numbers.TryGetValue(row.Label, out int label))
        {
            if (_labels.Count < MostLabels)
            {
                _numbers.Add(row.Label, label = _labels.Count);
                _labels.Add(row.Label);
            }
            else
            {
                label = ~_rare.Count;
                _rare.Add(_texts.Add(row.Label, null));
            }
        }

        _rows.Add((_texts.Add(row.Text, row.Pair), row.Line, row.Lines, label));
    }

    /// <summary>Those rows that have a class or a score.</summary>
    /// <param name="rows">Their numbers, ascending, with class and score.</param>
    public TextRows Labelled(IEnumerable<(int Row, int Label, float Score)> rows)
    {
        TextRows labelled = new(_texts);
        foreach ((int row, int label, float score) in rows)
            labelled.Add(_rows[row].Place, label, score);
        return labelled;
    }

    public IEnumerator<RawRow> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return this[i];
    }

    private string Label(int label) => label >= 0 ? _labels[label] : _texts.Read(_rare[~label]).Text;

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}
