using KdCluster.Instances;
using KdCluster.Learning.Data.Spools;
using KdCluster.Learning.Text;

namespace KdCluster.Learning.Data;

/// <summary>A split as models and fingerprints see it.</summary>
/// <param name="Views">Each row, model-ready; none longer than the encoder's maximum.</param>
/// <param name="Labels">Class of each row; of a regression 0, its only label; <see cref="NoLabel"/> where a row has none.</param>
public sealed record EncodedSplit(IReadOnlyList<InstanceView> Views, int[] Labels)
{
    /// <summary>What stands for the class of a row without a label.</summary>
    public const int NoLabel = -1;

    /// <summary>Of a regression the score that each row is labelled with, NaN where it has none; null: the labels are classes.</summary>
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

    /// <summary>Number of rows that have a label. Looks at all rows.</summary>
    public int LabelledCount => Labels.Count(l => l != NoLabel);

    /// <summary>The rows that have a label.</summary>
    public EncodedSplit Labelled
    {
        get
        {
            int[] rows = [.. Enumerable.Range(0, Count).Where(i => Labels[i] != NoLabel)];
            if (rows.Length == Count)
                return this;
            return new EncodedSplit(Views is JoinedViews joined && joined.First.Count == rows.Length ? joined.First : [.. rows.Select(r => Views[r])], [.. rows.Select(r => Labels[r])])
            {
                Scores = Scores is { } scores ? [.. rows.Select(r => scores[r])] : null,
            };
        }
    }

    /// <summary>These rows, and after them others of the same encoder.</summary>
    internal EncodedSplit Then(EncodedSplit other) => new(new JoinedViews(Views, other.Views), [.. Labels, .. other.Labels]) { Scores = Scores is null ? null : [.. Scores, .. other.Scores!] };

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
