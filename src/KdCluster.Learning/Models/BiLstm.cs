using System.Globalization;
using KdCluster.Learning.Torch;
using KdCluster.SoftTargets;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>Two-way LSTM layers; the embedding is the mean of the last layer's states over the tokens.</summary>
/// <remarks>
/// The backward way is a forward one over each row's tokens turned round in place (padding stays behind): no packing, and padding,
/// which comes last both ways, reaches no token.
/// </remarks>
internal sealed class BiLstm : TextModel
{
    private const int Block = 32;

    private readonly (LSTM Ahead, LSTM Back)[] _layers;

    public BiLstm(ModelShape shape)
        : base(shape, 2 * shape.Spec.Hidden)
    {
        _layers = new (LSTM, LSTM)[shape.Spec.Layers];
        for (int i = 0; i < _layers.Length; i++)
        {
            int input = i == 0 ? shape.Spec.Embedding : 2 * shape.Spec.Hidden;
            _layers[i] = (LSTM(input, shape.Spec.Hidden, batchFirst: true), LSTM(input, shape.Spec.Hidden, batchFirst: true));
            register_module(string.Create(CultureInfo.InvariantCulture, $"ahead_{i}"), _layers[i].Ahead);
            register_module(string.Create(CultureInfo.InvariantCulture, $"back_{i}"), _layers[i].Back);
        }
        Complete(embeddingDeviation: 0.1);
    }

    private protected override IEnumerable<(string Name, OutputShape Shape)> LayerOutputs =>
        Enumerable.Range(1, Spec.Layers).Select(i => (OutputNames.Hidden(i), new OutputShape(OutputShape.Length, 2 * Spec.Hidden)));

    private protected override Tensor Pool(Tensor ids, OutputTap tap)
    {
        Tensor real = Real(ids);
        Tensor turned = Turned(ids, real).unsqueeze(2); // [batch, length, 1]
        Tensor states = Dropout.call(Tokens.call(ids));
        tap.Offer(OutputNames.Hidden(0), states);
        for (int i = 0; i < _layers.Length; i++)
        {
            (LSTM ahead, LSTM back) = _layers[i];
            Tensor backward = Turn(Run(back, Turn(states, turned)), turned);
            states = Dropout.call(cat([Run(ahead, states), backward], 2));
            tap.Offer(OutputNames.Hidden(i + 1), states);
        }
        return Masks.Mean(states, real);
    }

    /// <summary>A layer's states: [batch, length, hidden].</summary>
    /// <remarks>
    /// Without gradients libtorch 2.10 leaves it to oneDNN's LSTM for inference, which on AVX-512 answers wrongly in the units of a last block that is not full (seen on an AMD EPYC with 8, 16, 36, 40, 48, 72 and 100 units: off by up to 0.9; with AVX2 right).
    /// With gradients it takes the one for training, which is right for any number.
    /// </remarks>
    private Tensor Run(LSTM layer, Tensor states)
    {
        if (is_grad_enabled() || Spec.Hidden % Block == 0 || states.device.type != DeviceType.CPU)
            return layer.call(states).Item1;
        using var gradients = enable_grad();
        return layer.call(states).Item1.detach();
    }

    // Position t of a row with n tokens goes to n - 1 - t; padding stays: [batch, length].
    private static Tensor Turned(Tensor ids, Tensor real)
    {
        Tensor positions = tensor(Enumerable.Range(0, (int)ids.shape[1]).Select(i => (long)i).ToArray(), [1, ids.shape[1]], device: ids.device);
        Tensor lengths = real.sum(1, keepdim: true).to(ScalarType.Int64);
        return where(positions < lengths, lengths.Minus(1) - positions, positions);
    }

    private static Tensor Turn(Tensor states, Tensor turned) => states.gather(1, turned.expand(-1, -1, states.shape[2]));
}
