using KdCluster.SoftTargets;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>Mean of the token embeddings and one hidden layer; the embedding is the hidden layer.</summary>
internal sealed class BagOfEmbeddings : TextModel, IFunctionalModel
{
    private readonly Linear _hidden;

    public BagOfEmbeddings(ModelShape shape)
        : base(shape, shape.Spec.Hidden)
    {
        _hidden = Linear(shape.Spec.Embedding, shape.Spec.Hidden);
        register_module("hidden", _hidden);
        Complete(embeddingDeviation: 0.1);
    }

    public IReadOnlyList<string> Arguments => ["hidden.weight", "hidden.bias", "classifier.weight", "classifier.bias"];

    Tensor IFunctionalModel.States(Tensor batch) => States(batch);

    public Tensor Logits(Tensor states, Tensor real, IReadOnlyDictionary<string, Tensor> weights, NormStatistics norms)
    {
        Tensor hidden = functional.relu(functional.linear(Masks.Mean(states, real), weights["hidden.weight"], weights["hidden.bias"]));
        return functional.linear(hidden, weights["classifier.weight"], weights["classifier.bias"]);
    }

    private protected override Tensor Pool(Tensor ids, OutputTap tap)
    {
        Tensor states = Tokens.call(ids);
        tap.Offer(OutputNames.Hidden(0), states);
        Tensor mean = Masks.Mean(states, Real(ids));
        return functional.relu(_hidden.call(Dropout.call(mean)));
    }
}
