using KdCluster.Learning.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models.Families;

/// <summary>Self-attention and a feed-forward layer, each added to what it saw and normalised then (post-norm): Vaswani et al., arXiv 1706.03762, section 3.</summary>
internal sealed class EncoderLayer
{
    private readonly int _heads;
    private readonly string _activation;
    private readonly SeededDropout _dropout;
    private readonly Linear _query, _key, _value, _attentionOut, _feedForwardIn, _feedForwardOut;
    private readonly LayerNorm _attentionNorm, _feedForwardNorm;

    public EncoderLayer(ModelShape shape, SeededDropout dropout)
    {
        (int width, int hidden, FamilySettings family) = (shape.Spec.Embedding, shape.Spec.Hidden, shape.Family!);
        (_heads, _activation, _dropout) = (shape.Spec.Heads, family.Activation, dropout);
        (_query, _key, _value, _attentionOut) = (Linear(width, width), Linear(width, width), Linear(width, width), Linear(width, width));
        (_feedForwardIn, _feedForwardOut) = (Linear(width, hidden), Linear(hidden, width));
        (_attentionNorm, _feedForwardNorm) = (LayerNorm(width, family.Epsilon), LayerNorm(width, family.Epsilon));
    }

    /// <summary>Its modules, by their names in a layer of the family.</summary>
    public IEnumerable<(string Path, Module Module)> Parts(FamilyNames names) =>
    [
        (names.Query, _query), (names.Key, _key), (names.Value, _value), (names.AttentionOut, _attentionOut), (names.AttentionNorm, _attentionNorm),
        (names.FeedForwardIn, _feedForwardIn), (names.FeedForwardOut, _feedForwardOut), (names.FeedForwardNorm, _feedForwardNorm),
    ];

    /// <summary>One layer.</summary>
    /// <param name="states">[batch, length, width].</param>
    /// <param name="bias">[batch, 1, 1, length], added to the scores.</param>
    /// <returns>The states, and the scores [batch, heads, length, length] before the bias.</returns>
    public (Tensor States, Tensor Scores) Apply(Tensor states, Tensor bias)
    {
        long batch = states.shape[0], length = states.shape[1], width = states.shape[2];
        Tensor scores = matmul(Split(_query).Times(1 / Math.Sqrt(width / _heads)), Split(_key).transpose(-2, -1));
        Tensor shares = _dropout.call(scores.Plus(bias).softmax(-1));
        Tensor values = Split(_value);
        Tensor mixed = matmul(shares.As(values), values).transpose(1, 2).reshape(batch, length, width);
        states = _attentionNorm.call(_dropout.call(_attentionOut.call(mixed)).Plus(states));
        Tensor fed = _feedForwardOut.call(Activated(_feedForwardIn.call(states)));
        return (_feedForwardNorm.call(_dropout.call(fed).Plus(states)), scores);

        // [batch, heads, length, head width]
        Tensor Split(Linear part) => part.call(states).view(batch, length, _heads, width / _heads).transpose(1, 2);
    }

    private Tensor Activated(Tensor hidden) => _activation switch
    {
        "gelu" => functional.gelu(hidden),
        "gelu_new" => Gelu.ByTanh(hidden),
        _ => functional.relu(hidden),
    };
}
