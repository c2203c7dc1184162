namespace KdCluster.Learning.Data.Readers;

/// <summary>One line of a file.</summary>
/// <param name="Number">1-based.</param>
/// <param name="Text">Without its end.</param>
/// <param name="End"><c>\n</c>, <c>\r\n</c>, or empty at the end of the file.</param>
internal readonly record struct TextLine(int Number, string Text, string End);
