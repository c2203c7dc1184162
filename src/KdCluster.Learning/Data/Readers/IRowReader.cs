using KdCluster.Recipes;

namespace KdCluster.Learning.Data.Readers;

/// <summary>Reads one file format, row by row. A new format is one class and one line in <see cref="RowReaders"/>.</summary>
internal interface IRowReader
{
    /// <summary>The name used in a recipe.</summary>
    string Format { get; }

    /// <summary>File endings, without <c>.gz</c>.</summary>
    IReadOnlyList<string> Endings { get; }

    /// <summary>The rows in file order, bad ones included.</summary>
    /// <exception cref="KdException"><c>KD1103</c>: a column is missing, or is ambiguous; <c>KD1102</c>: the bytes are no UTF-8 text.</exception>
    IEnumerable<RawRow> Read(LineSource lines, DataSpec spec, ReaderNotes notes);
}
