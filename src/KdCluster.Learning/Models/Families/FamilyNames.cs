namespace KdCluster.Learning.Models.Families;

/// <summary>What the parts of an encoder are called in a family's state dict, as in transformers.</summary>
/// <param name="Prefix">What the encoder's names begin with in a model with a head; published base models leave it out.</param>
/// <param name="Layers">Where the layers are.</param>
/// <param name="Query">Of a layer, as all that follow.</param>
/// <param name="Key">Keys of the attention.</param>
/// <param name="Value">Values of the attention.</param>
/// <param name="AttentionOut">What joins the heads.</param>
/// <param name="AttentionNorm">Normalisation after the attention.</param>
/// <param name="FeedForwardIn">First layer of the feed-forward part.</param>
/// <param name="FeedForwardOut">Second layer of the feed-forward part.</param>
/// <param name="FeedForwardNorm">Normalisation after it.</param>
/// <param name="HeadDense">Of the whole model: the layer of the head before the last.</param>
/// <param name="HeadOut">Of the whole model: the last layer, which makes the answer.</param>
internal sealed record FamilyNames(
    string Prefix, string Layers, string Query, string Key, string Value, string AttentionOut, string AttentionNorm, string FeedForwardIn, string FeedForwardOut, string FeedForwardNorm, string HeadDense, string HeadOut)
{
    private static readonly FamilyNames Bert = new(
        "bert", "encoder.layer", "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "attention.output.LayerNorm",
        "intermediate.dense", "output.dense", "output.LayerNorm", "bert.pooler.dense", "classifier");

    private static readonly FamilyNames Roberta = Bert with { Prefix = "roberta", HeadDense = "classifier.dense", HeadOut = "classifier.out_proj" };

    private static readonly FamilyNames DistilBert = new(
        "distilbert", "transformer.layer", "attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "sa_layer_norm",
        "ffn.lin1", "ffn.lin2", "output_layer_norm", "pre_classifier", "classifier");

    /// <summary>The names of a kind of <see cref="FamilySettings.Kinds"/>.</summary>
    public static FamilyNames Of(string kind) => kind switch
    {
        FamilySettings.Bert => Bert,
        FamilySettings.Roberta => Roberta,
        FamilySettings.DistilBert => DistilBert,
        _ => throw new ArgumentException($"'{kind}' is no family", nameof(kind)),
    };

    /// <summary>Whether a weight is of a head that a training may begin without.</summary>
    public bool IsOfHead(string weight) => weight.StartsWith($"{HeadDense}.", StringComparison.Ordinal) || weight.StartsWith($"{HeadOut}.", StringComparison.Ordinal);
}
