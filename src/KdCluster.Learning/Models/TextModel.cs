using KdCluster.Instances;
using KdCluster.Learning.Text;
using KdCluster.SoftTargets;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>A text model: padded token ids in; logits or score, pooled embedding and what its layers say out. <see cref="Model.Pool"/> offers the embedding of the tokens as layer 0.</summary>
/// <remarks>Input: int64 [batch, length], padded with <see cref="ModelShape.Padding"/>; padding never changes a row's answer.</remarks>
public abstract class TextModel : Model
{
    private readonly Linear _classifier;

    private protected TextModel(ModelShape shape, int embeddingWidth)
        : base(shape, embeddingWidth)
    {
        Tokens = Embedding(shape.Vocabulary, shape.Spec.Embedding, padding_idx: shape.Padding);
        _classifier = Linear(embeddingWidth, shape.Classes);
        register_module("dropout", Dropout);
        register_module("embedding", Tokens);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, OutputShape Shape)> Outputs =>
        [(Answer, new OutputShape(Shape.Classes)), (OutputNames.Embedding, new OutputShape(EmbeddingWidth)), (OutputNames.Hidden(0), new OutputShape(OutputShape.Length, Spec.Embedding)), .. LayerOutputs];

    /// <inheritdoc/>
    public override Tensor Real(Tensor batch) => Masks.Real(batch, Shape.Padding);

    /// <summary>The tokens' embeddings: float32 [batch, length, width], 0 at padding.</summary>
    internal Tensor States(Tensor batch) => Tokens.call(batch);

    private protected Embedding Tokens { get; }

    private protected override Linear Classifier => _classifier;

    /// <inheritdoc/>
    public override int PaddedLength(int length) => LengthBuckets.Of(length, Shape.MaxLength);

    /// <inheritdoc/>
    public override Tensor Collate(IReadOnlyList<InstanceView> rows, int padTo, int padRows = 0, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var ids = new int[rows.Count][];
        for (int i = 0; i < ids.Length; i++)
            ids[i] = rows[i].Ids;
        return TokenBatch.Collate(ids, padTo, padRows, device, Shape.Padding);
    }

    /// <summary>Registers the classifier after the body, so that the state dict reads from input to output, and sets the first weights.</summary>
    private protected void Complete(double embeddingDeviation)
    {
        register_module("classifier", _classifier);
        using var off = no_grad();
        init.normal_(Tokens.weight!, 0, embeddingDeviation);
        using Tensor padding = Tokens.weight![Shape.Padding];
        padding.zero_();
    }
}
