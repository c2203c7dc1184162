using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KdCluster.Instances;
using KdCluster.Learning.Data;
using KdCluster.Learning.Text;
using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks.LanguageModelling;

/// <summary>
/// Documents, of which a tokenizer makes the instances: runs of tokens, each as long as may be, that begin with the last token of the one before. So every token of a document but its first is said once, and a document's special tokens stand where its tokenizer puts them.
/// </summary>
/// <param name="Train">Documents to learn from.</param>
/// <param name="Validation">Documents to choose with.</param>
/// <param name="Test">Documents to report on; null when none were given.</param>
/// <param name="BadRows">What was skipped, and why.</param>
/// <param name="MaxLength">Most tokens of an instance; fewer where the tokenizer allows fewer.</param>
public sealed record LanguageData(TextSplit Train, TextSplit Validation, TextSplit? Test, BadRowReport BadRows, int MaxLength) : TaskData(LabelSpace.NextToken, BadRows)
{
    /// <summary>Most instances to learn from, those of the smallest hash; null: all.</summary>
    public int? Limit { get; init; }

    /// <inheritdoc/>
    /// <remarks>Documents: how many instances they make depends on the tokenizer.</remarks>
    public override int Count(DataSplit split) => Of(split)?.Count ?? 0;

    /// <inheritdoc/>
    public override bool RowsAreInstances => false;

    /// <inheritdoc/>
    public override IReadOnlyList<int> TrainRowsOfClasses() => [Train.Count];

    /// <inheritdoc/>
    /// <remarks>The one that all teachers share; without teachers a token for each byte.</remarks>
    /// <exception cref="KdException"><c>KD1304</c>: the teachers have different ones.</exception>
    public override InputEncoder StudentEncoder(DataSpec spec, IReadOnlyCollection<InputEncoder> teachers)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(teachers);
        return teachers.Count switch
        {
            0 => ByteTokenizer.Of(spec.MaxLength),
            1 => teachers.Single(),
            _ => throw new KdException("KD1304", $"the teachers have {teachers.Count} different tokenizers, and say different tokens.", "teachers", "Name teachers of one tokenizer."),
        };
    }

    /// <inheritdoc/>
    public override string? Misfit(InputEncoder encoder) => encoder is HuggingFaceTokenizer ? null : "its tokenizer leaves out what stands between words, and a language model says all of a text";

    /// <inheritdoc/>
    /// <exception cref="KdException"><c>KD1101</c>: the tokenizer makes no instance of them; <c>KD1219</c>: it cannot encode a text.</exception>
    public override EncodedSplit Encode(DataSplit split, InputEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        var tokenizer = (HuggingFaceTokenizer)encoder;
        int most = Math.Min(MaxLength, tokenizer.MaxLength);
        int[][] documents = RowErrors.Of(() => Of(split)!.Rows.AsParallel().AsOrdered().Select(d => tokenizer.EncodeWhole(d.Text)).ToArray());
        int[][] instances = [.. documents.SelectMany(d => Divided(d, most))];
        if (split == DataSplit.Train && Limit is { } limit && limit < instances.Length)
            instances = [.. RowSelection.Smallest(Array.ConvertAll(instances, Hash), limit).Select(i => instances[i])];
        return instances.Length > 0 ? new EncodedSplit(instances, new int[instances.Length])
            : throw new KdException("KD1101", $"no document of the {split.ToString().ToLowerInvariant()} rows has two tokens: there is nothing to say.", "data", "Give longer documents.");
    }

    /// <inheritdoc/>
    protected override DataProfile MakeProfile(int maxLength, Tokenizer? tokenizer)
    {
        List<SplitProfile> splits = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((string name, TextSplit? split) in new[] { ("train", Train), ("validation", Validation), ("test", Test) })
        {
            if (split is null)
                continue;
            splits.Add(new SplitProfile(name, split.Count, 0, split.Rows.Count(r => seen.Contains(r.Text)), split.BadRows));
            seen.UnionWith(split.Rows.Select(r => r.Text));
        }

        return new DataProfile(splits, [], 0, BadRows.Rows, Warnings);
    }

    /// <inheritdoc/>
    /// <remarks>A document; it has no label of its own.</remarks>
    public override (string Text, string? Pair, string Label) Describe(DataSplit split, int row) => (Of(split)!.Rows[row].Text, null, "");

    /// <inheritdoc/>
    public override void WriteRows(DataSplit split, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (TextRow row in Of(split)!.Rows)
            writer.Write(row.Text);
        // Of other tasks the rows are those that the limit left; here it counts instances, which a tokenizer makes.
        if (split == DataSplit.Train && Limit is { } limit)
            writer.Write(limit);
    }

    private static IEnumerable<int[]> Divided(int[] document, int most)
    {
        for (int begin = 0; begin + 1 < document.Length; begin += most - 1)
            yield return document[begin..Math.Min(begin + most, document.Length)];
    }

    private static ulong Hash(int[] ids) => BitConverter.ToUInt64(SHA256.HashData(MemoryMarshal.AsBytes<int>(ids)));

    private TextSplit? Of(DataSplit split) => split switch
    {
        DataSplit.Train => Train,
        DataSplit.Validation => Validation,
        DataSplit.Test => Test,
        _ => null,
    };
}
