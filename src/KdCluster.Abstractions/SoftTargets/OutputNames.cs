using System.Globalization;

namespace KdCluster.SoftTargets;

/// <summary>The names of what a model says of an instance. A model may give others; a name is all that a recipe, a request and a store know of it.</summary>
public static class OutputNames
{
    /// <summary>Raw scores per class, before temperature: [classes].</summary>
    public const string Logits = "logits";

    /// <summary>The number that a model of a regression gives, in the labels' unit: [1].</summary>
    public const string Score = "score";

    /// <summary>Of a causal language model the raw scores of the token that follows each token, before temperature: [length, vocabulary].</summary>
    public const string TokenLogits = "token-logits";

    /// <summary>The pooled hidden state before the classifier: [width].</summary>
    public const string Embedding = "embedding";

    /// <summary>The output that answers what is asked of the data: <see cref="Logits"/>, or <see cref="Score"/> where the label space is the score alone.</summary>
    /// <param name="labels">Names in the label space.</param>
    public static string Answer(int labels) => labels == 1 ? Score : Logits;

    /// <summary>The output that answers what is asked of the data: <see cref="Logits"/>, or the one label where that is the name of an output.</summary>
    /// <param name="labels">The label space.</param>
    public static string Answer(IReadOnlyList<string> labels) => labels is [Score or TokenLogits] ? labels[0] : Logits;

    private const string HiddenPrefix = "hidden.", AttentionPrefix = "attention.", MapPrefix = "map.", PoolMark = ".pool";

    /// <summary>The states of a layer, one per token: [length, width]. Layer 0 is the embedding of the tokens.</summary>
    public static string Hidden(int layer) => string.Create(CultureInfo.InvariantCulture, $"{HiddenPrefix}{layer}");

    /// <summary>The scores of a layer's attention before the softmax, scaled: [heads, length, length]; the first layer is 1.</summary>
    public static string Attention(int layer) => string.Create(CultureInfo.InvariantCulture, $"{AttentionPrefix}{layer}");

    /// <summary>The layer of an output of hidden states; null where it is another output.</summary>
    public static int? HiddenLayer(string output) => Layer(output, HiddenPrefix);

    /// <summary>The layer of an output of attention scores; null where it is another output.</summary>
    public static int? AttentionLayer(string output) => Layer(output, AttentionPrefix);

    /// <summary>The feature maps of a layer of an image model: [channels, height, width]; the first layer is 1.</summary>
    /// <param name="layer">From 1.</param>
    /// <param name="pool">Side to which the maps are averaged, a reduction that the model makes itself; 0: as they are.</param>
    public static string Map(int layer, int pool = 0) => string.Create(CultureInfo.InvariantCulture, $"{MapPrefix}{layer}{(pool > 0 ? $"{PoolMark}{pool}" : "")}");

    /// <summary>The layer of an output of feature maps as they are; null where it is another output.</summary>
    public static int? MapLayer(string output) => Layer(output, MapPrefix);

    private static int? Layer(string output, string prefix) =>
        output.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(output.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int layer) ? layer : null;
}
