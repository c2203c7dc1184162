using System.Text.Json.Serialization;

namespace KdCluster.Recipes;

/// <summary>An architecture and its sizes.</summary>
public sealed record ModelSpec
{
    /// <summary><c>bag-of-embeddings</c>, <c>text-cnn</c>, <c>bilstm</c>, <c>transformer</c>, <c>bert</c>, <c>roberta</c> or <c>distilbert</c>; for images <c>mlp</c>, <c>cnn</c> or <c>resnet</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Width of the token embedding (transformers: of the model).</summary>
    public int Embedding { get; init; } = 128;

    /// <summary>Hidden width: of the feed-forward layer (bag, transformers), of one direction (bilstm), of the filters per width (text-cnn), of each layer (mlp).</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Layers (bilstm, transformers); hidden layers (mlp).</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Attention heads (transformers); divides <see cref="Embedding"/>.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Filter widths in tokens (text-cnn).</summary>
    public IReadOnlyList<int> Filters { get; init; } = [3, 4, 5];

    /// <summary>Dropout probability in training, 0 up to but not including 1.</summary>
    public double Dropout { get; init; } = 0.1;

    // Left out of what is hashed where they are not given, so that a text model's hashes stay what they were.

    /// <summary>Layers with weights: 6n+2 (resnet), convolutions, 2 to 10 (cnn). Null: 20 (resnet), 4 (cnn).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Depth { get; init; }

    /// <summary>Channels of the first convolution; later ones have multiples of it (resnet, cnn). Null: 16.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Channels { get; init; }

    /// <summary>What is subtracted of a pixel/255, for each channel of an image. Null: the mean over the training rows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Mean { get; init; }

    /// <summary>What that is divided by, for each channel of an image. Null: the standard deviation over the training rows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Std { get; init; }

    /// <summary>A folder with a published model of the kind, whose weights, sizes and tokenizer it begins with. Null: the weights are drawn.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Pretrained { get; init; }

    /// <summary><see cref="Depth"/>, or what it is for the kind.</summary>
    public int DepthOrDefault() => Depth ?? (Kind == "resnet" ? 20 : 4);

    /// <summary><see cref="Channels"/>, or what it is.</summary>
    public int ChannelsOrDefault() => Channels ?? 16;
}
