using System.Globalization;
using KdCluster.Learning.Torch;
using KdCluster.SoftTargets;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>Transformer encoder with learned positions, normalisation before each part and GELU; the embedding is the mean over the tokens.</summary>
internal sealed class TransformerEncoder : TextModel
{
    private readonly TransformerBlock[] _blocks;
    private readonly LayerNorm _norm;

    public TransformerEncoder(ModelShape shape)
        : base(shape, shape.Spec.Embedding)
    {
        register_parameter(Positions, new Parameter(randn(shape.MaxLength, shape.Spec.Embedding).TimesInPlace(Deviation)));
        _blocks = new TransformerBlock[shape.Spec.Layers];
        for (int i = 0; i < _blocks.Length; i++)
        {
            _blocks[i] = new TransformerBlock(shape.Spec, Dropout);
            register_module(string.Create(CultureInfo.InvariantCulture, $"block_{i}"), _blocks[i]);
        }
        _norm = LayerNorm(shape.Spec.Embedding);
        register_module("norm", _norm);
        Complete(Deviation);
    }

    private const double Deviation = 0.05;
    private const string Positions = "positions";

    // The states of the last layer are those that the embedding is the mean of: normalised.
    private protected override IEnumerable<(string Name, OutputShape Shape)> LayerOutputs =>
    [
        .. Enumerable.Range(1, Spec.Layers).Select(i => (OutputNames.Hidden(i), new OutputShape(OutputShape.Length, Spec.Embedding))),
        .. Enumerable.Range(1, Spec.Layers).Select(i => (OutputNames.Attention(i), new OutputShape(Spec.Heads, OutputShape.Length, OutputShape.Length))),
    ];

    private protected override Tensor Pool(Tensor ids, OutputTap tap)
    {
        Tensor real = Real(ids);
        Tensor bias = real.Minus(1).TimesInPlace(1e9).unsqueeze(1).unsqueeze(1); // [batch, 1, 1, length]: 0, or far below any score
        // Not from a field: a model that moves to another device gets another parameter in its place.
        Parameter positions = get_parameter(Positions)!;
        Tensor states = Dropout.call(Tokens.call(ids).Plus(positions.narrow(0, 0, ids.shape[1])));
        for (int i = 0; i < _blocks.Length; i++)
        {
            tap.Offer(OutputNames.Hidden(i), states);
            (states, Tensor scores) = _blocks[i].call(states, bias, tap.Wants(OutputNames.Attention(i + 1)));
            tap.Offer(OutputNames.Attention(i + 1), scores);
        }

        states = _norm.call(states);
        tap.Offer(OutputNames.Hidden(_blocks.Length), states);
        return Masks.Mean(states, real);
    }
}
