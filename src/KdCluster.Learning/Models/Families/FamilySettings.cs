using System.Diagnostics.CodeAnalysis;

namespace KdCluster.Learning.Models;

/// <summary>What a model of a published family of encoders has besides its sizes, as its <c>config.json</c> says it.</summary>
public sealed record FamilySettings
{
    /// <summary>BERT: Devlin et al., arXiv 1810.04805.</summary>
    public const string Bert = "bert";

    /// <summary>RoBERTa: Liu et al., arXiv 1907.11692.</summary>
    public const string Roberta = "roberta";

    /// <summary>DistilBERT: Sanh et al., arXiv 1910.01108.</summary>
    public const string DistilBert = "distilbert";

    /// <summary>The embedding is the state of the first token.</summary>
    public const string First = "first";

    /// <summary>The embedding is the mean over the tokens.</summary>
    public const string Mean = "mean";

    /// <summary>The embedding is BERT's pooler: tanh of a layer over the state of the first token.</summary>
    public const string Pooler = "pooler";

    /// <summary>The kinds of models that are families.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Bert, Roberta, DistilBert];

    /// <summary>The ways to pool that a kind has.</summary>
    public static IReadOnlyList<string> PoolingsOf(string kind) => kind == Bert ? [Pooler, First, Mean] : [First, Mean];

    /// <summary>The activations of the feed-forward layers that there are: <c>gelu</c> is the exact one, <c>gelu_new</c> its approximation by tanh.</summary>
    public static IReadOnlyList<string> Activations { get; } = ["gelu", "gelu_new", "relu"];

    /// <summary>What is added to the variance in layer normalisations.</summary>
    public double Epsilon { get; init; } = 1e-12;

    /// <summary>Of <see cref="Activations"/>.</summary>
    public string Activation { get; init; } = "gelu";

    /// <summary>What the output <c>embedding</c> is, of <see cref="PoolingsOf"/>; the answer is made by the family's own head whatever it is.</summary>
    public string Pooling { get; init; } = First;

    /// <summary>Token types, which tell the texts of a pair apart; 0: the family has none.</summary>
    public int Types { get; init; }

    /// <summary>What a model of a kind has where nothing is said.</summary>
    /// <param name="kind">Of <see cref="Kinds"/>; others have none.</param>
    public static FamilySettings? Default(string kind) => kind switch
    {
        Bert => new FamilySettings { Types = 2, Pooling = Pooler },
        Roberta => new FamilySettings { Types = 1, Epsilon = 1e-5 },
        DistilBert => new FamilySettings(),
        _ => null,
    };

    /// <summary>Whether a shape is a family's.</summary>
    internal static bool Has(ModelShape shape, [NotNullWhen(true)] out FamilySettings? settings) => (settings = shape.Family ?? Default(shape.Spec.Kind)) is not null;
}
