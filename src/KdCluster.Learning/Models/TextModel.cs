using KdCluster.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>A text classifier: padded token ids in, logits and pooled embedding out.</summary>
/// <remarks>
/// Input: int64 [batch, length], padded with 0; padding never changes a row's answer, and in batches of one shape a row's answer is the same
/// bits wherever it stands and whatever stands beside it (one thread). An instance belongs to one thread at a time.
/// </remarks>
public abstract class TextModel : Module<Tensor, ModelOutput>
{
    private readonly Linear _classifier;

    private protected TextModel(ModelShape shape, int embeddingWidth)
        : base(shape.Spec.Kind)
    {
        Shape = shape;
        EmbeddingWidth = embeddingWidth;
        Tokens = Embedding(shape.Vocabulary, shape.Spec.Embedding, padding_idx: 0);
        Dropout = new SeededDropout(shape.Spec.Dropout);
        _classifier = Linear(embeddingWidth, shape.Classes);
        register_module("dropout", Dropout);
        register_module("embedding", Tokens);
    }

    /// <summary>Architecture and sizes.</summary>
    public ModelSpec Spec => Shape.Spec;

    /// <summary>The sizes that also depend on the data.</summary>
    public ModelShape Shape { get; }

    /// <summary>Columns of <see cref="ModelOutput.Embedding"/>.</summary>
    public int EmbeddingWidth { get; }

    /// <summary>Number of weights.</summary>
    public long ParameterCount => parameters().Sum(p => p.numel());

    /// <summary>What dropout draws from in training; the factory seeds it, a trainer may replace it or restore its state. On the host, wherever the model is.</summary>
    public torch.Generator? Random
    {
        get => Dropout.Random;
        set => Dropout.Random = value;
    }

    private protected Embedding Tokens { get; }

    private protected SeededDropout Dropout { get; }

    /// <summary>Computes logits and embedding.</summary>
    /// <param name="ids">int64 [batch, length], padded with 0.</param>
    public sealed override ModelOutput forward(Tensor ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        using var scope = NewDisposeScope();
        Tensor embedding = Pool(ids);
        Tensor logits = _classifier.call(Dropout.call(embedding));
        return new ModelOutput(logits.MoveToOuterDisposeScope(), embedding.MoveToOuterDisposeScope());
    }

    /// <summary>The row's pooled hidden state: [batch, embedding width].</summary>
    private protected abstract Tensor Pool(Tensor ids);

    /// <summary>Registers the classifier after the body, so that the state dict reads from input to output, and sets the first weights.</summary>
    private protected void Complete(double embeddingDeviation)
    {
        register_module("classifier", _classifier);
        using var off = no_grad();
        init.normal_(Tokens.weight!, 0, embeddingDeviation);
        using Tensor padding = Tokens.weight![0];
        padding.zero_();
    }
}
