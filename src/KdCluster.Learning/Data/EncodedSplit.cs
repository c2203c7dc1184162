using KdCluster.Instances;
using KdCluster.Learning.Data.Spools;
using KdCluster.Learning.Text;

namespace KdCluster.Learning.Data;

/// <summary>A split as models and fingerprints see it.</summary>
/// <param name="Views">Each row, model-ready; none longer than the encoder's maximum.</param>
/// <param name="Labels">Class of each row; of a regression 0, its only label.</param>
public sealed record EncodedSplit(IReadOnlyList<InstanceView> Views, int[] Labels)
{
    /// <summary>Of a regression the score that each row is labelled with; null: the labels are classes.</summary>
    public float[]? Scores { get; init; }

    /// <summary>Texts.</summary>
    /// <param name="tokens">Token ids of each row, unpadded.</param>
    /// <param name="labels">Class of each row.</param>
    public EncodedSplit(int[][] tokens, int[] labels)
        : this(InstanceView.OfTokens(tokens), labels)
    {
    }

    /// <summary>Number of rows.</summary>
    public int Count => Views.Count;

    /// <summary><see cref="InstanceView.Length"/> of each row.</summary>
    internal int[] Lengths => [.. Enumerable.Range(0, Count).Select(Views.LengthOf)];

    /// <summary>Encodes all rows, on all cores; their labels are classes.</summary>
    public static EncodedSplit Encode(TextSplit split, Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(tokenizer);
        return new EncodedSplit(TokenRows.Encode(split.Rows, tokenizer), [.. split.Labels]);
    }
}
