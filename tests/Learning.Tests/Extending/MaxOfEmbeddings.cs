using KdCluster.SoftTargets;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>The largest value of each embedding dimension over the tokens, and one hidden layer.</summary>
internal sealed class MaxOfEmbeddings : TextModel
{
    private readonly Linear _hidden;

    public MaxOfEmbeddings(ModelShape shape)
        : base(shape, shape.Spec.Hidden)
    {
        _hidden = Linear(shape.Spec.Embedding, shape.Spec.Hidden);
        register_module("hidden", _hidden);
        Complete(embeddingDeviation: 0.1);
    }

    private protected override Tensor Pool(Tensor ids, OutputTap tap)
    {
        Tensor states = Tokens.call(ids);   // [batch, length, embedding]
        tap.Offer(OutputNames.Hidden(0), states);
        Tensor real = Real(ids).to_type(ScalarType.Bool).view(ids.shape[0], ids.shape[1], 1);
        Tensor largest = where(real, states, tensor(float.NegativeInfinity, device: states.device)).amax([1]);
        return functional.relu(_hidden.call(Dropout.call(largest)));
    }
}
