namespace KdCluster.Learning.Data.Readers;

/// <summary>A row as the file has it: its texts, or what is wrong with it.</summary>
/// <param name="Line">1-based line on which it begins.</param>
/// <param name="Text">The text, or the first of a pair.</param>
/// <param name="Pair">The second text of a pair.</param>
/// <param name="Label">The label as written.</param>
/// <param name="Problem">Why it cannot be read; null when it can.</param>
/// <param name="Lines">Lines it takes.</param>
internal readonly record struct RawRow(int Line, string Text, string? Pair, string Label, string? Problem, int Lines = 1)
{
    public static RawRow Bad(int line, string problem, int lines = 1) => new(line, "", null, "", problem, lines);
}
