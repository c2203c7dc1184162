using KdCluster.Learning.Data;

namespace KdCluster.Learning.Text;

/// <summary>A split as token ids: what models and fingerprints see.</summary>
/// <param name="Tokens">Token ids of each row, unpadded, none longer than the tokenizer's maximum.</param>
/// <param name="Labels">Class of each row.</param>
public sealed record EncodedSplit(int[][] Tokens, int[] Labels)
{
    /// <summary>Number of rows.</summary>
    public int Count => Tokens.Length;

    /// <summary>Encodes all rows, on all cores.</summary>
    public static EncodedSplit Encode(TextSplit split, Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var tokens = new int[split.Count][];
        var labels = new int[split.Count];
        Parallel.For(0, split.Count, i =>
        {
            TextRow row = split.Rows[i];
            tokens[i] = tokenizer.Encode(row.Text, row.Pair);
            labels[i] = row.Label;
        });
        return new EncodedSplit(tokens, labels);
    }
}
