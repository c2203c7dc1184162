using KdCluster.Instances;
using KdCluster.Learning.Torch;
using KdCluster.SoftTargets;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>An image classifier: pixels in, logits and pooled embedding out; it normalises them itself.</summary>
/// <remarks>Input: uint8 [batch, channels, height, width].</remarks>
public abstract class ImageModel : Model
{
    private readonly ImageInput _image;
    private Linear? _classifier;

    private protected ImageModel(ModelShape shape, int embeddingWidth)
        : base(shape, embeddingWidth)
    {
        _image = shape.Image ?? throw new ArgumentException("an image model needs the images' sizes", nameof(shape));
        register_module("dropout", Dropout);
    }

    private protected override Linear Classifier => _classifier!;

    /// <inheritdoc/>
    public override int PaddedLength(int length) => 0;

    /// <inheritdoc/>
    public override Tensor Collate(IReadOnlyList<InstanceView> rows, int padTo, int padRows = 0, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int count = Math.Max(rows.Count, padRows), size = (int)_image.Layout.Bytes!;
        var pixels = new byte[(long)count * size];
        for (int i = 0; i < rows.Count; i++)
        {
            NamedTensor tensor = rows[i].Tensors[0];
            if (!tensor.Layout.Fits(_image.Layout))
                throw new ArgumentException($"row {i} is {tensor.Layout}, not {_image.Layout}.", nameof(rows));
            tensor.Bytes.Span.CopyTo(pixels.AsSpan(i * size));
        }

        long[] shape = [count, _image.Channels, _image.Height, _image.Width];
        return device is null || device.type == DeviceType.CPU ? tensor(pixels, shape) : tensor(pixels, shape, device: device);
    }

    private protected sealed override Tensor Pool(Tensor batch, OutputTap tap) => Features(Normalised(batch), tap);

    /// <summary>The row's pooled hidden state: float32 [batch, channels, height, width] to [batch, embedding width]. Offers its maps by <see cref="Offer"/>.</summary>
    private protected abstract Tensor Features(Tensor images, OutputTap tap);

    /// <summary>The maps of a layer as outputs: as they are, and averaged to every side of <see cref="Pools"/> that they have.</summary>
    private protected static IEnumerable<(string Name, OutputShape Shape)> Maps(int layer, int channels, int height, int width) =>
        Pools.Where(p => p == 0 || p <= Math.Min(height, width)).Select(p => (OutputNames.Map(layer, p), p == 0 ? new OutputShape(channels, height, width) : new OutputShape(channels, p, p)));

    /// <summary>Keeps the maps of a layer where they are wanted: [batch, channels, height, width].</summary>
    private protected static void Offer(OutputTap tap, int layer, Tensor maps)
    {
        foreach (int pool in Pools.Where(p => tap.Wants(OutputNames.Map(layer, p))))
            tap.Offer(OutputNames.Map(layer, pool), pool == 0 ? maps : functional.adaptive_avg_pool2d(maps, [pool, pool]));
    }

    // 0: as they are.
    private static readonly int[] Pools = [0, 1, 2, 4, 8];

    /// <summary>Makes the classifier after the body, so that the state dict reads from input to output, and sets the first weights of convolutions: He et al., 1502.01852, equation 10.</summary>
    private protected void Complete()
    {
        _classifier = Linear(EmbeddingWidth, Shape.Classes);
        register_module("classifier", _classifier);
        using var off = no_grad();
        foreach (Conv2d convolution in modules().OfType<Conv2d>())
            init.kaiming_normal_(convolution.weight!, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.ReLU);
    }

    /// <summary>Normalised images: float32 [batch, channels, height, width].</summary>
    internal Tensor States(Tensor batch) => Normalised(batch);

    // (x/255 − mean)/deviation as one product and one sum.
    private Tensor Normalised(Tensor batch)
    {
        float[] scale = [.. _image.Deviation.Select(d => (float)(1 / (255 * d)))], shift = [.. _image.Mean.Zip(_image.Deviation, (m, d) => (float)(-m / d))];
        long[] shape = [1, _image.Channels, 1, 1];
        return batch.to(ScalarType.Float32).mul_(tensor(scale, shape, device: batch.device)).Plus(tensor(shift, shape, device: batch.device));
    }
}
