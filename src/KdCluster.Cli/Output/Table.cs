namespace KdCluster.Cli.Output;

/// <summary>A table for people: columns as wide as their widest cell, numbers to the right.</summary>
/// <param name="headings">One per column; one that starts with <c>&gt;</c> aligns its column to the right.</param>
internal sealed class Table(params string[] headings)
{
    private const string Gap = "  ";
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row with a cell per heading.</summary>
    public Table Add(params string[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, headings.Length);
        _rows.Add(cells);
        return this;
    }

    /// <summary>The lines, headings first.</summary>
    public IReadOnlyList<string> Lines()
    {
        string[] names = [.. headings.Select(h => h.TrimStart('>'))];
        int[] widths = [.. names.Select((name, column) => _rows.Select(r => r[column].Length).Append(name.Length).Max())];
        return [Line(names, widths), Line([.. widths.Select(w => new string('-', w))], widths), .. _rows.Select(r => Line(r, widths))];
    }

    /// <summary>Writes it as a result.</summary>
    public void WriteTo(Terminal terminal)
    {
        foreach (string line in Lines())
            terminal.Write(line);
    }

    private string Line(string[] cells, int[] widths) =>
        string.Join(Gap, cells.Select((cell, column) => headings[column].StartsWith('>') ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd();
}
