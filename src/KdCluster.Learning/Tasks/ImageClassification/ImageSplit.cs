namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>One labelled image.</summary>
/// <param name="Pixels">Bytes [channels, height, width].</param>
/// <param name="Label">Its class.</param>
public readonly record struct ImageRow(ReadOnlyMemory<byte> Pixels, int Label);

/// <summary>The images of one split, in file order.</summary>
/// <param name="Rows">At least one.</param>
/// <param name="BadRows">Images of its file that were skipped.</param>
public sealed record ImageSplit(IReadOnlyList<ImageRow> Rows, int BadRows = 0)
{
    /// <summary>Number of images.</summary>
    public int Count => Rows.Count;
}
