using KdCluster.Recipes;
using KdCluster.SoftTargets;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>A text classifier: padded token ids in; logits, pooled embedding and what its layers say out.</summary>
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

    /// <summary>What it can say of an instance, by name, and the shape of each.</summary>
    public IReadOnlyList<(string Name, OutputShape Shape)> Outputs =>
        [(OutputNames.Logits, new OutputShape(Shape.Classes)), (OutputNames.Embedding, new OutputShape(EmbeddingWidth)), (OutputNames.Hidden(0), new OutputShape(OutputShape.Length, Spec.Embedding)), .. LayerOutputs];

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
        (Tensor logits, Tensor embedding) = Answer(ids, OutputTap.None);
        return new ModelOutput(logits.MoveToOuterDisposeScope(), embedding.MoveToOuterDisposeScope());
    }

    /// <summary>Computes outputs by name.</summary>
    /// <param name="ids">int64 [batch, length], padded with 0.</param>
    /// <param name="wanted">Names of <see cref="Outputs"/>.</param>
    /// <returns>Each wanted output, [batch, …] at the padded length: what it says at padding is without meaning. The caller's scope owns them.</returns>
    /// <exception cref="ArgumentException">The model has no such output.</exception>
    public IReadOnlyDictionary<string, Tensor> Compute(Tensor ids, IReadOnlyCollection<string> wanted)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(wanted);
        OutputTap tap = new(wanted);
        using (NewDisposeScope())
        {
            (Tensor logits, Tensor embedding) = Answer(ids, tap);
            tap.Offer(OutputNames.Logits, logits);
            tap.Offer(OutputNames.Embedding, embedding);
            foreach (Tensor kept in tap.Kept.Values)
                kept.MoveToOuterDisposeScope();
        }

        return wanted.FirstOrDefault(w => !tap.Kept.ContainsKey(w)) is { } unknown ? throw new ArgumentException($"the model {Spec.Kind} has no output {unknown}", nameof(wanted)) : tap.Kept;
    }

    /// <summary>The outputs of its layers, beside the embedding of the tokens.</summary>
    private protected virtual IEnumerable<(string Name, OutputShape Shape)> LayerOutputs => [];

    /// <summary>The row's pooled hidden state: [batch, embedding width]. Offers <see cref="LayerOutputs"/>, and the embedding of the tokens as layer 0.</summary>
    private protected abstract Tensor Pool(Tensor ids, OutputTap tap);

    private (Tensor Logits, Tensor Embedding) Answer(Tensor ids, OutputTap tap)
    {
        Tensor embedding = Pool(ids, tap);
        return (_classifier.call(Dropout.call(embedding)), embedding);
    }

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
