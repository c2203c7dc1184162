using KdCluster.Learning.Data.Readers;
using KdCluster.Learning.Data.Spools;
using KdCluster.Recipes;

namespace KdCluster.Learning.Data;

/// <summary>One file's rows before labels are numbered.</summary>
internal sealed class LabelledFile
{
    private readonly List<BadRow> _bad = [];

    private LabelledFile(string name) => Name = name;

    /// <summary>As the recipe names it.</summary>
    public string Name { get; }

    public RawRows Rows { get; } = new();

    /// <summary>What the reader saw beside the rows.</summary>
    public ReaderNotes Notes { get; } = new();

    /// <summary>The first bad rows; <see cref="BadCount"/> counts all.</summary>
    public IReadOnlyList<BadRow> Bad => _bad;

    public int BadCount { get; private set; }

    /// <summary>Rows whose label is known; set once labels are numbered.</summary>
    public int? Usable { get; set; }

    /// <summary>Reads a file; its bad rows are put aside.</summary>
    /// <param name="spec">What the recipe says of it.</param>
    /// <param name="baseFolder">What its name is relative to.</param>
    /// <param name="name">As the recipe names it.</param>
    /// <param name="labels">What its labels are.</param>
    /// <exception cref="KdException"><c>KD1100</c> to <c>KD1103</c>, <c>KD1108</c>: nothing can be read of it.</exception>
    public static LabelledFile Read(DataSpec spec, string baseFolder, string name, LabelKind labels = LabelKind.Class)
    {
        using FileStream stream = DataFile.Open(Path.Combine(baseFolder, name), "Paths are relative to the recipe.");
        return Read(spec, stream, name, labels);
    }

    public static LabelledFile Read(DataSpec spec, Stream stream, string name, LabelKind labels = LabelKind.Class)
    {
        var file = new LabelledFile(name);
        foreach (RawRow row in RowReaders.For(spec, name).Read(stream, name, spec, file.Notes, labels))
        {
            string? problem = row.Problem
                ?? (string.IsNullOrWhiteSpace(row.Text) || string.IsNullOrWhiteSpace(row.Pair ?? "-") ? "empty text" : null)
                ?? (labels != LabelKind.None && string.IsNullOrWhiteSpace(row.Label) ? "empty label" : null);
            if (problem is null)
                file.Rows.Add(row with { Label = row.Label.Trim() });
            else
                file.Reject(row, problem);
        }
        if (file.Rows.Count == 0 && file.BadCount == 0)
            throw new KdException("KD1101", "the file has no rows.", name, spec.Header ? "With data.header its first row only names the columns." : null);
        return file;
    }

    public void Reject(RawRow row, string problem)
    {
        BadCount += row.Lines;
        if (_bad.Count < BadRowReport.Kept)
            _bad.Add(new BadRow(Name, row.Line, problem));
    }

    /// <summary>What is wrong when the file has too many bad rows; null when it has not.</summary>
    public KdError? TooManyBad(double most)
    {
        const int shown = 5;
        int all = (Usable ?? Rows.Count) + BadCount;
        if (BadCount <= most * all)
            return null;
        string first = string.Join("; ", _bad.OrderBy(b => b.Line).Take(shown).Select(b => $"line {b.Line}: {b.Reason}"));
        string more = BadCount > shown ? "; ..." : "";
        return new KdError("KD1104", FormattableString.Invariant($"{BadCount} of {all} rows are bad, more than the share of {most} that is allowed ({first}{more})."), Name,
            "Correct the file, or increase data.maxBadRows.");
    }
}
