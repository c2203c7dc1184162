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
    /// <param name="stream">The file's bytes; seekable.</param>
    /// <param name="file">How messages name it.</param>
    /// <param name="spec">Which columns.</param>
    /// <param name="notes">Told what only the classes can judge.</param>
    /// <param name="labels">What its labels are.</param>
    /// <exception cref="KdException"><c>KD1103</c>: a column is missing, or is ambiguous; <c>KD1102</c>: the bytes are not of this format.</exception>
    IEnumerable<RawRow> Read(Stream stream, string file, DataSpec spec, ReaderNotes notes, LabelKind labels = LabelKind.Class);
}
