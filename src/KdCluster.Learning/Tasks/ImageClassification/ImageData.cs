using KdCluster.Instances;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>A labelled image data set, read and checked.</summary>
/// <param name="Train">Images to learn from.</param>
/// <param name="Validation">Images to choose with.</param>
/// <param name="Test">Images to report on; null when none were given.</param>
/// <param name="Size">Of all images.</param>
/// <param name="Labels">The classes.</param>
/// <param name="BadRows">What was skipped, and why.</param>
public sealed record ImageData(ImageSplit Train, ImageSplit Validation, ImageSplit? Test, ImageSize Size, LabelSpace Labels, BadRowReport BadRows)
    : TaskData(Labels, BadRows)
{
    /// <inheritdoc/>
    public override int Count(DataSplit split) => Of(split)?.Count ?? 0;

    /// <inheritdoc/>
    public override IReadOnlyList<int> TrainRowsOfClasses() => ClassRows.Of(Train.Rows.Select(r => r.Label), Labels.Count);

    /// <inheritdoc/>
    /// <remarks>Pixels as they are; the model normalises them by the mean and standard deviation of the training images, channel by channel.</remarks>
    public override InputEncoder StudentEncoder(DataSpec spec, IReadOnlyCollection<InputEncoder> teachers)
    {
        var (mean, deviation) = PixelStatistics.Of(Train, Size);
        return new ImageEncoder(new ImageInput(Size.Channels, Size.Height, Size.Width, mean, deviation));
    }

    /// <inheritdoc/>
    public override string? Misfit(InputEncoder encoder) => encoder is not ImageEncoder images ? "it takes texts, and the data are images"
        : images.Image.Layout.Equals(Layout) ? null
        : $"it takes {images.Image.Layout}, and the data are {Layout}";

    /// <inheritdoc/>
    public override EncodedSplit Encode(DataSplit split, InputEncoder encoder)
    {
        ImageSplit images = Of(split)!;
        TensorLayout layout = Layout;
        return new EncodedSplit([.. images.Rows.Select(r => new InstanceView(new NamedTensor(layout, r.Pixels)))], [.. images.Rows.Select(r => r.Label)]);
    }

    /// <inheritdoc/>
    protected override DataProfile MakeProfile(int maxLength, Tokenizer? tokenizer) => ImageProfile.Of(this);

    /// <inheritdoc/>
    public override (string Text, string? Pair, string Label) Describe(DataSplit split, int row) => (FormattableString.Invariant($"image {row}"), null, Labels.Names[Of(split)!.Rows[row].Label]);

    /// <inheritdoc/>
    public override void WriteRows(DataSplit split, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Layout.ToString());
        foreach (ImageRow row in Of(split)!.Rows)
        {
            writer.Write(row.Pixels.Span);
            writer.Write(Labels.Names[row.Label]);
        }
    }

    private TensorLayout Layout => new ImageInput(Size.Channels, Size.Height, Size.Width, [], []).Layout;

    internal ImageSplit? Of(DataSplit split) => split switch
    {
        DataSplit.Train => Train,
        DataSplit.Validation => Validation,
        DataSplit.Test => Test,
        _ => null,
    };
}
