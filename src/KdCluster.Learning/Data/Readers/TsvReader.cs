using KdCluster.Recipes;

namespace KdCluster.Learning.Data.Readers;

/// <summary>Tab-separated values: no quoting, one row a line; empty lines are passed over.</summary>
internal sealed class TsvReader : IRowReader
{
    public string Format => "tsv";

    public IReadOnlyList<string> Endings => [".tsv", ".tab"];

    public IEnumerable<RawRow> Read(Stream stream, string file, DataSpec spec, ReaderNotes notes, LabelKind labels = LabelKind.Class)
    {
        LineSource lines = new(stream, file);
        ColumnMap? map = null;
        foreach (TextLine line in lines.Lines())
        {
            if (line.Text.Length == 0)
                continue;
            string[] fields = line.Text.Split('\t');
            if (map is null)
            {
                map = ColumnMap.Find(spec.Columns, fields, spec.Header, $"{lines.File}:{line.Number}", notes, labels);
                if (spec.Header)
                    continue;
            }
            yield return map.Row(line.Number, fields);
        }
    }
}
