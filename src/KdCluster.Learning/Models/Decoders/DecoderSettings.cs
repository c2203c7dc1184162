namespace KdCluster.Learning.Models;

/// <summary>What a causal language model of a published family has besides its sizes, as its <c>config.json</c> says it.</summary>
public sealed record DecoderSettings
{
    /// <summary>GPT-2: Radford et al., 2019.</summary>
    public const string Gpt2 = "gpt2";

    /// <summary>Llama: Touvron et al., arXiv 2302.13971; with grouped keys arXiv 2307.09288.</summary>
    public const string Llama = "llama";

    /// <summary>The kinds of models that are decoders.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Gpt2, Llama];

    /// <summary>Heads of keys and values, each of which serves as many heads of the queries; null: as many as of the queries.</summary>
    public int? KeyHeads { get; init; }

    /// <summary>What is added to the variance in normalisations.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>Base of the rotary embedding's wave lengths; of <see cref="Llama"/>.</summary>
    public double Theta { get; init; } = 10_000;

    /// <summary>Whether the token embedding is the last layer too.</summary>
    public bool Tied { get; init; } = true;

    /// <summary>What a model of a kind has where nothing is said: the embedding is the last layer too, which small models need.</summary>
    /// <param name="kind">Of <see cref="Kinds"/>; others have none.</param>
    public static DecoderSettings? Default(string kind) => Kinds.Contains(kind) ? new DecoderSettings() : null;
}
