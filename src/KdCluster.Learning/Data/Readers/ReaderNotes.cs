namespace KdCluster.Learning.Data.Readers;

/// <summary>What a reader saw beside the rows, and only the classes can judge.</summary>
internal sealed class ReaderNotes
{
    /// <summary>The first row's label where positions name the columns: a header's, or a row's that was taken for one; null when nothing is in doubt.</summary>
    public string? HeaderLabel { get; set; }

    /// <summary>Rows that run over several lines, with the labels of those lines that would be rows on their own.</summary>
    public List<(int Line, int Lines, IReadOnlyList<string> Labels)> LongRows { get; } = [];

    /// <summary>How many labels were written as text, as numbers, and as true or false, where the format tells these apart.</summary>
    public SortedDictionary<string, int> LabelKinds { get; } = new(StringComparer.Ordinal);

    /// <summary>What is likely a mistake, one sentence each.</summary>
    /// <param name="file">How messages name the file.</param>
    /// <param name="isClass">Whether a label is one of a class.</param>
    public IEnumerable<string> Warnings(string file, Func<string, bool> isClass)
    {
        const int shown = 3, certain = 3;
        if (HeaderLabel is not null && isClass(HeaderLabel))
            yield return $"{file}: the first row is taken for the names of the columns, though '{LabelNames.Show(HeaderLabel)}' is a label: if it is a row, set data.header to false.";
        if (LabelKinds.Count > 1)
            yield return $"{file}: labels are written in several ways: {string.Join(", ", LabelKinds.Select(k => $"{k.Value} as {k.Key}"))}.";
        var swallowing = LongRows.Select(r => (r.Line, r.Lines, Rows: r.Labels.Count(isClass))).Where(r => r.Rows >= certain || r.Rows == r.Lines - 1).ToList();
        foreach ((int line, int lines, int rows) in swallowing.Take(shown))
            yield return $"{file}:{line}: a quoted field runs over {lines} lines, of which {rows} look like rows that it swallows: is a quote missing, or one too many?";
        if (swallowing.Count > shown)
            yield return $"{file}: {swallowing.Count - shown} more such fields.";
    }
}
