using KdCluster.Instances;
using KdCluster.Learning.Training;
using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>
/// Random crops and flips of images, as usual for CIFAR (He et al., 1512.03385, section 4.2): a border of black pixels, a cut of the image's own size anywhere in it, mirrored or not. A draw depends on the seed, the epoch and the row
/// alone, so that any process makes the same image.
/// </summary>
/// <param name="spec">What is done.</param>
public sealed class ImageAugmentation(AugmentSpec spec) : IAugmentation
{
    private const int Draws = 3;

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"images crop={spec.Crop} flip={spec.Flip} seed={spec.Seed}");

    /// <inheritdoc/>
    public InstanceView Apply(InstanceView view, int row, int epoch)
    {
        ArgumentNullException.ThrowIfNull(view);
        NamedTensor image = view.Tensors[0];
        int channels = image.Layout.Shape[0], height = image.Layout.Shape[1], width = image.Layout.Shape[2];
        int down = Draw(0) - spec.Crop, right = Draw(1) - spec.Crop;
        bool mirrored = spec.Flip && CounterRandom.Below(2, spec.Seed, RandomStream.Augment, epoch, ((long)Draws * row) + 2) == 1;
        if (down == 0 && right == 0 && !mirrored)
            return view;
        byte[] pixels = new byte[image.Bytes.Length];
        ReadOnlySpan<byte> from = image.Bytes.Span;
        for (int c = 0; c < channels; c++)
        {
            for (int y = 0; y < height; y++)
            {
                int fromY = y + down;
                if ((uint)fromY >= (uint)height)
                    continue;
                ReadOnlySpan<byte> source = from.Slice(((c * height) + fromY) * width, width);
                Span<byte> target = pixels.AsSpan(((c * height) + y) * width, width);
                for (int x = 0; x < width; x++)
                {
                    int fromX = x + right;
                    if ((uint)fromX < (uint)width)
                        target[mirrored ? width - 1 - x : x] = source[fromX];
                }
            }
        }

        return new InstanceView(new NamedTensor(image.Layout, pixels));

        int Draw(int which) => CounterRandom.Below((2 * spec.Crop) + 1, spec.Seed, RandomStream.Augment, epoch, ((long)Draws * row) + which);
    }
}
