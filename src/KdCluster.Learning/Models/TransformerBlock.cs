using KdCluster.Learning.Torch;
using KdCluster.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>Self-attention and a feed-forward layer, each normalised first and added back (pre-norm, 2002.04745).</summary>
internal sealed class TransformerBlock : Module<Tensor, Tensor, bool, (Tensor States, Tensor Scores)>
{
    private readonly int _heads;
    private readonly SeededDropout _dropout;
    private readonly LayerNorm _attentionNorm;
    private readonly Linear _queryKeyValue;
    private readonly Linear _attentionOut;
    private readonly LayerNorm _feedForwardNorm;
    private readonly Linear _feedForwardIn;
    private readonly Linear _feedForwardOut;

    public TransformerBlock(ModelSpec spec, SeededDropout dropout)
        : base("block")
    {
        int width = spec.Embedding;
        _heads = spec.Heads;
        _dropout = dropout;
        _attentionNorm = LayerNorm(width);
        _queryKeyValue = Linear(width, 3 * width);
        _attentionOut = Linear(width, width);
        _feedForwardNorm = LayerNorm(width);
        _feedForwardIn = Linear(width, spec.Hidden);
        _feedForwardOut = Linear(spec.Hidden, width);
        register_module("attention_norm", _attentionNorm);
        register_module("query_key_value", _queryKeyValue);
        register_module("attention_out", _attentionOut);
        register_module("feed_forward_norm", _feedForwardNorm);
        register_module("feed_forward_in", _feedForwardIn);
        register_module("feed_forward_out", _feedForwardOut);
    }

    /// <summary>One layer.</summary>
    /// <param name="states">[batch, length, width].</param>
    /// <param name="bias">[batch, 1, 1, length], added to the scores.</param>
    /// <param name="wantScores">Whether the scores are wanted as they are before the bias.</param>
    /// <returns>The states, and the scores [batch, heads, length, length]: with the bias where they are not wanted.</returns>
    public override (Tensor States, Tensor Scores) forward(Tensor states, Tensor bias, bool wantScores)
    {
        (Tensor mixed, Tensor scores) = Attend(_attentionNorm.call(states), bias, wantScores);
        states = states.Plus(_dropout.call(mixed));
        Tensor hidden = functional.gelu(_feedForwardIn.call(_feedForwardNorm.call(states)));
        return (states.Plus(_dropout.call(_feedForwardOut.call(hidden))), scores);
    }

    private (Tensor Mixed, Tensor Scores) Attend(Tensor states, Tensor bias, bool wantScores)
    {
        long batch = states.shape[0], length = states.shape[1], width = states.shape[2];
        long headWidth = width / _heads;
        Tensor[] parts = _queryKeyValue.call(states).view(batch, length, 3, _heads, headWidth).permute(2, 0, 3, 1, 4).unbind(0); // 3 x [batch, heads, length, head width]
        Tensor scores = matmul(parts[0].Times(1 / Math.Sqrt(headWidth)), parts[1].transpose(-2, -1));
        // Rounded scores are summed in single precision, whether they are wanted or not.
        Tensor biased = wantScores || scores.dtype != bias.dtype ? scores.Plus(bias) : scores.PlusInPlace(bias, 1);
        Tensor mixed = matmul(biased.softmax(-1).As(parts[2]), parts[2]); // [batch, heads, length, head width]
        return (_attentionOut.call(mixed.transpose(1, 2).reshape(batch, length, width)), scores);
    }
}
