namespace KdCluster.Learning.Data.Spools;

/// <summary>Labelled texts, packed: a row is made when it is asked for.</summary>
/// <remarks>Written by one thread; once all is written, safe to share between threads.</remarks>
internal sealed class TextRows(TextSpool texts) : IReadOnlyList<TextRow>
{
    private readonly List<long> _places = [];
    private readonly List<(int Label, float Score)> _labels = [];

    public int Count => _places.Count;

    public TextRow this[int index]
    {
        get
        {
            (string text, string? pair) = texts.Read(_places[index]);
            return new TextRow(text, pair, _labels[index].Label) { Score = _labels[index].Score };
        }
    }

    /// <summary>Appends a row whose text is in the spool.</summary>
    /// <param name="place">What finds the text in it.</param>
    /// <param name="label">As <see cref="TextRow.Label"/>.</param>
    /// <param name="score">As <see cref="TextRow.Score"/>.</param>
    public void Add(long place, int label, float score = 0)
    {
        _places.Add(place);
        _labels.Add((label, score));
    }

    /// <summary>Some of the rows, each with the label that it is given.</summary>
    public TextRows Take(IEnumerable<(int Row, int Label)> rows)
    {
        TextRows taken = new(texts);
        foreach ((int row, int label) in rows)
            taken.Add(_places[row], label, _labels[row].Score);
        return taken;
    }

    /// <summary>Class of a row, without its text.</summary>
    public int LabelOf(int row) => _labels[row].Label;

    /// <summary>Score of a row, without its text.</summary>
    public float ScoreOf(int row) => _labels[row].Score;

    public IEnumerator<TextRow> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return this[i];
    }

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}
