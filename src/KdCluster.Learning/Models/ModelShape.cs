using KdCluster.Recipes;

namespace KdCluster.Learning.Models;

/// <summary>All that decides a model's parameters' names and shapes.</summary>
/// <param name="Spec">Architecture and sizes.</param>
/// <param name="Vocabulary">Rows of the token embedding; 0 for images.</param>
/// <param name="Classes">Number of logits; 1: the score of a regression.</param>
/// <param name="MaxLength">Longest input in tokens; 0 for images.</param>
public sealed record ModelShape(ModelSpec Spec, int Vocabulary, int Classes, int MaxLength)
{
    /// <summary>The images that it takes; null: it takes texts.</summary>
    public ImageInput? Image { get; init; }

    /// <summary>Id of padding in a text.</summary>
    public int Padding { get; init; }

    /// <summary>What a published family says besides the sizes; null: the kind is none of <see cref="FamilySettings.Kinds"/>.</summary>
    public FamilySettings? Family { get; init; }

    /// <summary>What a causal language model has besides the sizes; null: the kind is none of <see cref="DecoderSettings.Kinds"/>.</summary>
    public DecoderSettings? Decoder { get; init; }
}
