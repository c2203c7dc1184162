using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of <see cref="ModelSpec"/>.</summary>
internal static class RecipeTableModel
{
    internal static readonly RecipeChoice[] Kinds =
    [
        new("bag-of-embeddings", "the mean of the token embeddings and one hidden layer"),
        new("text-cnn", "convolutions of several widths over the tokens, the largest answer of each filter"),
        new("bilstm", "LSTM layers that read both ways, the mean over the tokens"),
        new("transformer", "a transformer encoder, the mean over the tokens"),
        new("bert", "a BERT encoder with its pooler, as in transformers"),
        new("roberta", "a RoBERTa encoder and its head, as in transformers"),
        new("distilbert", "a DistilBERT encoder and its head, as in transformers"),
        new("gpt2", "for the next token: a GPT-2 decoder, as in transformers"),
        new("llama", "for the next token: a Llama decoder, as in transformers"),
        new("mlp", "for images: fully connected layers over the pixels"),
        new("cnn", "for images: 2 to 10 convolutions with batch normalisation, without shortcuts"),
        new("resnet", "for images: the residual network for small images, of 6n+2 layers"),
    ];

    /// <summary>The kinds that are for images; all others are for texts.</summary>
    internal static readonly string[] ImageKinds = ["mlp", "cnn", "resnet"];

    /// <summary>The kinds that are also written as functions of their weights.</summary>
    internal static readonly string[] FunctionalKinds = ["mlp", "cnn", "bag-of-embeddings", "text-cnn"];

    /// <summary>The kinds that are computed in bfloat16.</summary>
    internal static readonly string[] ReducedKinds = ["bag-of-embeddings", "text-cnn", "transformer", "bert", "roberta", "distilbert", .. ImageKinds];

    /// <summary>The kinds that say the next token.</summary>
    internal static readonly string[] DecoderKinds = ["gpt2", "llama"];

    /// <summary>The kinds that are published families.</summary>
    internal static readonly string[] PublishedKinds = ["bert", "roberta", "distilbert", .. DecoderKinds];

    /// <summary>The kinds that are transformers.</summary>
    internal static readonly string[] TransformerKinds = ["transformer", .. PublishedKinds];

    private static readonly string[] TextKinds = [.. Kinds.Select(k => k.Name).Except(ImageKinds)];

    internal static readonly RecipeKey Student = new("student", Section, "The student's model.")
    {
        Required = true,
        Keys =
        [
            new("kind", Text, $"The architecture. {RecipeChoice.Text(Kinds)}") { Required = true, Choices = [.. Kinds.Select(k => k.Name)] },
            new("pretrained", Text, "A folder in the Hugging Face layout, relative to the recipe, with a published model of that kind: the model begins with its weights, and has its sizes and its tokenizer. The head is its own where it has the labels of the data, else it is new.") { Only = Kind(PublishedKinds) },
            new("embedding", Whole, "Width of the token embedding (transformers: of the model).") { Min = 1, Max = 65_536, Only = Drawn(TextKinds) },
            new("hidden", Whole, "Hidden width: of the feed-forward layer (`bag-of-embeddings`, transformers), of one direction (`bilstm`), of the filters per width (`text-cnn`), of each layer (`mlp`).") { Min = 1, Max = 65_536, Only = Drawn([.. TextKinds, "mlp"]) },
            new("layers", Whole, "Layers; hidden layers (`mlp`).") { Min = 1, Max = 256, Only = Drawn(["bilstm", .. TransformerKinds, "mlp"]) },
            new("heads", Whole, "Attention heads; must divide `embedding`.") { Min = 1, Max = 1_024, Only = Drawn(TransformerKinds) },
            new("filters", Wholes, "Filter widths in tokens.") { Min = 1, Max = 65_536, MinItems = 1, Only = Kind("text-cnn") },
            new("depth", Whole, "Layers with weights: 6n+2, such as 20 or 56 (`resnet`); convolutions, 2 to 10 (`cnn`). Left out: 20 (`resnet`), 4 (`cnn`).") { Min = 2, Max = 1_202, Only = Kind("resnet", "cnn") },
            new("channels", Whole, "Channels of the first convolution; later ones have multiples of it. Left out: 16.") { Min = 1, Max = 1_024, Only = Kind("resnet", "cnn") },
            new("mean", Numbers, "What is subtracted of a pixel/255, one number for each channel. Left out: the mean over the training images.") { MinItems = 1, Min = 0, Max = 1, Only = Kind(ImageKinds) },
            new("std", Numbers, "What that is divided by, one number for each channel. Left out: the standard deviation over the training images.") { MinItems = 1, Min = 0, AboveMin = true, Max = 1, Only = Kind(ImageKinds) },
            new("dropout", Number, "Dropout probability in training.") { Min = 0, Max = 1, BelowMax = true },
        ],
    };

    // A folder's model has the sizes that the folder says.
    private static RecipeCondition Drawn(params string[] kinds)
    {
        RecipeCondition kind = Kind(kinds);
        return kind with
        {
            When = $"{kind.When}, and without `pretrained`",
            RemedyFor = t => t.IsGiven("student.pretrained") && kind.Holds(t) != false ? "Leave it out: the folder of `pretrained` says it." : null,
            Holds = t => t.IsGiven("student.pretrained") ? false : kind.Holds(t),
        };
    }

    private static RecipeCondition Kind(params string[] kinds) => new(
        $"with kind {string.Join(" and ", kinds.Select(k => $"`{k}`"))}",
        $"Leave it out, or choose {string.Join(" or ", kinds.Select(k => $"`{k}`"))}.",
        t => t.Text("student.kind") is { } kind ? kinds.Contains(kind) : null);
}
