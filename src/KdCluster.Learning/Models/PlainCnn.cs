using System.Globalization;
using KdCluster.SoftTargets;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>
/// 3×3 convolutions, each with batch normalisation and ReLU, and no shortcuts: Mirzadeh et al., arXiv 1902.03393, <c>plain_cnn_cifar.py</c>. Two of them share a width, which doubles from pair to pair up to eight times
/// the first; a pair ends with a maximum over 2×2, with fewer than four convolutions each of them does, as long as a side of at least 2 is left. The embedding is all that the last one gives. (The authors' nets of 8 and 10 have one more hidden layer before the classifier.)
/// </summary>
internal sealed class PlainCnn : ImageModel, IFunctionalModel
{
    public const int Shallowest = 2, Deepest = 10;

    private const int Smallest = 4, MostDoublings = 3;

    private readonly (Conv2d Convolution, BatchNorm2d Norm, bool Pools)[] _layers;

    public PlainCnn(ModelShape shape)
        : base(shape, Plan(shape).Width)
    {
        _layers = new (Conv2d, BatchNorm2d, bool)[shape.Spec.DepthOrDefault()];
        int channels = shape.Image!.Channels;
        bool[] pools = Plan(shape).Pools;
        for (int i = 0; i < _layers.Length; i++)
        {
            int width = WidthOf(shape, i);
            _layers[i] = (Conv2d(channels, width, 3, padding: 1, bias: false), BatchNorm2d(width), pools[i]);
            register_module(string.Create(CultureInfo.InvariantCulture, $"conv{i + 1}"), _layers[i].Convolution);
            register_module(string.Create(CultureInfo.InvariantCulture, $"bn{i + 1}"), _layers[i].Norm);
            channels = width;
        }

        Complete();
    }

    public IReadOnlyList<string> Arguments => [.. named_parameters().Select(p => p.name)];

    Tensor IFunctionalModel.States(Tensor batch) => States(batch);

    public Tensor Logits(Tensor states, Tensor real, IReadOnlyDictionary<string, Tensor> weights, NormStatistics norms)
    {
        for (int i = 0; i < _layers.Length; i++)
        {
            Tensor filters = weights[$"conv{i + 1}.weight"];
            states = norms.Own ? Convolution.Twice(filters, null, states, 1) : Convolution.Once(filters, states, 1);
            states = functional.relu(norms.Apply(states, weights[$"bn{i + 1}.weight"], weights[$"bn{i + 1}.bias"]));
            if (_layers[i].Pools)
                states = functional.max_pool2d(states, 2);
        }

        return functional.linear(states.flatten(1), weights["classifier.weight"], weights["classifier.bias"]);
    }

    /// <summary>Takes over statistics as those that answers are normalised by outside training.</summary>
    /// <param name="statistics">Of the layers in their order.</param>
    internal void Normalise(IReadOnlyList<(Tensor Mean, Tensor Variance)> statistics)
    {
        using var off = no_grad();
        for (int i = 0; i < _layers.Length; i++)
        {
            _layers[i].Norm.running_mean!.copy_(statistics[i].Mean);
            _layers[i].Norm.running_var!.copy_(statistics[i].Variance);
        }
    }

    private protected override Tensor Features(Tensor images, OutputTap tap)
    {
        Tensor states = images;
        int layer = 0;
        foreach ((Conv2d convolution, BatchNorm2d norm, bool pools) in _layers)
        {
            states = functional.relu(norm.call(Convolution.Apply(convolution, states)));
            if (!pools)
                continue;
            states = functional.max_pool2d(states, 2);
            Offer(tap, ++layer, states);
        }

        return states.flatten(1);
    }

    private protected override IEnumerable<(string Name, OutputShape Shape)> LayerOutputs
    {
        get
        {
            (int height, int width, int layer) = (Shape.Image!.Height, Shape.Image.Width, 0);
            for (int i = 0; i < _layers.Length; i++)
            {
                if (!_layers[i].Pools)
                    continue;
                (height, width) = (height / 2, width / 2);
                foreach ((string, OutputShape) output in Maps(++layer, WidthOf(Shape, i), height, width))
                    yield return output;
            }
        }
    }

    /// <summary>Of each convolution whether a maximum over 2×2 follows it.</summary>
    internal static IReadOnlyList<bool> PoolsOf(ModelShape shape) => Plan(shape).Pools;

    private static int WidthOf(ModelShape shape, int layer) => shape.Spec.ChannelsOrDefault() << Math.Min(layer / 2, MostDoublings);

    private static (bool[] Pools, int Width) Plan(ModelShape shape)
    {
        int depth = shape.Spec.DepthOrDefault(), height = shape.Image!.Height, width = shape.Image.Width;
        var pools = new bool[depth];
        for (int i = 0; i < depth; i++)
        {
            pools[i] = (depth < 4 || i % 2 == 1) && Math.Min(height, width) >= Smallest;
            if (pools[i])
                (height, width) = (height / 2, width / 2);
        }

        return (pools, WidthOf(shape, depth - 1) * height * width);
    }
}
