using System.Text;
using KdCluster.Recipes;

namespace KdCluster.Learning.Data.Readers;

/// <summary>Comma-separated values as RFC 4180 has them: quoted fields may hold commas, doubled quotes and line ends. Empty lines are passed over.</summary>
internal sealed class CsvReader : IRowReader
{
    public string Format => "csv";

    public IReadOnlyList<string> Endings => [".csv"];

    public IEnumerable<RawRow> Read(Stream stream, string file, DataSpec spec, ReaderNotes notes, LabelKind labels = LabelKind.Class)
    {
        LineSource lines = new(stream, file);
        ColumnMap? map = null;
        var record = new CsvRecord();
        foreach (TextLine line in lines.Lines())
        {
            if (!record.IsOpen && line.Text.Length == 0)
                continue;
            if (!record.Add(line))
                continue;
            string where = $"{lines.File}:{record.Line}";
            if (record.Problem is not null && map is null && spec.Header)
                throw new KdException("KD1103", $"the names of the columns cannot be read: {record.Problem}.", where, "Correct the first row: there must be no blank beside a quote.");
            if (record.Problem is not null)
            {
                yield return RawRow.Bad(record.Line, record.Problem, record.Lines);
            }
            else if (map is null)
            {
                map = ColumnMap.Find(spec.Columns, record.Fields, spec.Header, where, notes, labels);
                if (!spec.Header)
                    yield return map.Row(record.Line, record.Fields, record.Lines);
            }
            else
            {
                if (record.Lines > 1)
                    notes.LongRows.Add((record.Line, record.Lines, [.. record.Swallowed.Select(map.LabelIn).OfType<string>()]));
                yield return map.Row(record.Line, record.Fields, record.Lines);
            }
        }
        // All that the open quote swallowed is lost, and counts as so many bad rows.
        if (record.IsOpen && map is null && spec.Header)
            throw new KdException("KD1103", "the names of the columns cannot be read: a quoted field has no end.", $"{lines.File}:{record.Line}", "Correct the first row.");
        if (record.IsOpen)
            yield return RawRow.Bad(record.Line, "a quoted field begins here and has no end", record.Lines);
    }

    /// <summary>One record in the making: a line, or several where quotes hold line ends.</summary>
    private sealed class CsvRecord
    {
        private readonly StringBuilder _field = new();
        private List<string> _fields = [];

        public bool IsOpen { get; private set; }

        public int Line { get; private set; }

        public int Lines { get; private set; }

        public string? Problem { get; private set; }

        public IReadOnlyList<string> Fields => _fields;

        /// <summary>The lines at whose end a quote was open.</summary>
        public List<string> Swallowed { get; } = [];

        /// <summary>Takes the next line; true when the record is complete.</summary>
        public bool Add(TextLine line)
        {
            string text = line.Text;
            int at = 0;
            if (!IsOpen)
            {
                _fields = [];
                _field.Clear();
                Problem = null;
                Line = line.Number;
                Lines = 0;
                Swallowed.Clear();
            }
            Lines++;
            bool isQuoted = IsOpen;
            while (true)
            {
                if (!isQuoted && at < text.Length && text[at] == '"')
                {
                    isQuoted = true;
                    at++;
                }
                if (isQuoted)
                {
                    if (!ReadQuoted(text, ref at))
                    {
                        _field.Append(line.End);
                        IsOpen = true;
                        Swallowed.Add(text);
                        return false;
                    }
                    isQuoted = false;
                    if (at < text.Length && text[at] != ',')
                        Problem ??= "text stands between a closing quote and the next comma";
                }
                ReadPlain(text, ref at);
                _fields.Add(_field.ToString());
                _field.Clear();
                if (at >= text.Length)
                    break;
                at++;
            }
            IsOpen = false;
            return true;
        }

        // True when the closing quote was found.
        private bool ReadQuoted(string text, ref int at)
        {
            while (at < text.Length)
            {
                int quote = text.IndexOf('"', at);
                if (quote < 0)
                    break;
                _field.Append(text, at, quote - at);
                at = quote + 1;
                if (at >= text.Length || text[at] != '"')
                    return true;
                _field.Append('"');
                at++;
            }
            _field.Append(text, at, text.Length - at);
            at = text.Length;
            return false;
        }

        private void ReadPlain(string text, ref int at)
        {
            int comma = text.IndexOf(',', at);
            int end = comma < 0 ? text.Length : comma;
            if (text.AsSpan(at, end - at).Contains('"'))
                Problem ??= "a quote stands inside a field that is not quoted";
            _field.Append(text, at, end - at);
            at = end;
        }
    }
}
