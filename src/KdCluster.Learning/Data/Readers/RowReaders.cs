using KdCluster.Recipes;

namespace KdCluster.Learning.Data.Readers;

/// <summary>The formats there are.</summary>
internal static class RowReaders
{
    private static readonly IRowReader[] All = [new TsvReader(), new CsvReader(), new JsonLinesReader(), new ParquetRowReader()];

    /// <summary>The reader that the recipe names, or that the file's ending asks for.</summary>
    /// <exception cref="KdException"><c>KD1108</c>: there is none.</exception>
    public static IRowReader For(DataSpec spec, string file)
    {
        string formats = string.Join(", ", All.Select(r => r.Format));
        if (spec.Format is not null)
        {
            return All.FirstOrDefault(r => r.Format == spec.Format)
                ?? throw new KdException("KD1108", $"there is no format '{spec.Format}'.", "data.format", $"Choose one of {formats}.");
        }
        string name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        return All.FirstOrDefault(r => r.Endings.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
            ?? throw new KdException("KD1108", "the file's extension names no format.", file, $"Set data.format to one of {formats}.");
    }
}
