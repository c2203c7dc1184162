using System.Globalization;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Text;
using KdCluster.Recipes;

namespace KdCluster.Learning.Data;

/// <summary>A labelled text data set, read and checked.</summary>
/// <param name="Train">Rows to learn from.</param>
/// <param name="Validation">Rows to choose with.</param>
/// <param name="Test">Rows to report on; null when none were given.</param>
/// <param name="Labels">The classes, or the score.</param>
/// <param name="BadRows">What was skipped, and why.</param>
/// <param name="Overlap">Held-out rows whose text is in the training rows too.</param>
public sealed record TextData(TextSplit Train, TextSplit Validation, TextSplit? Test, LabelSpace Labels, BadRowReport BadRows, SplitOverlap Overlap)
    : TaskData(Labels, BadRows)
{
    /// <summary>Rows without labels; null when none were given.</summary>
    public TextSplit? Unlabelled { get; init; }

    /// <summary>The splits with labels that there are.</summary>
    internal IEnumerable<TextSplit> Splits => Test is null ? [Train, Validation] : [Train, Validation, Test];

    /// <inheritdoc/>
    public override int Count(DataSplit split) => Of(split)?.Count ?? 0;

    /// <inheritdoc/>
    public override IReadOnlyList<int> TrainRowsOfClasses() => ClassRows.Of(Train.Labels, Labels.Count);

    /// <inheritdoc/>
    /// <remarks>The one that all teachers share; where there is none, one that is made of the training rows.</remarks>
    public override InputEncoder StudentEncoder(DataSpec spec, IReadOnlyCollection<InputEncoder> teachers)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(teachers);
        return teachers.Count == 1 ? teachers.Single() : WordTokenizer.Build(Train.Rows, spec.Vocabulary, spec.MaxLength);
    }

    /// <inheritdoc/>
    public override string? Misfit(InputEncoder encoder) => encoder is Tokenizer ? null : "it takes images, and the data are texts";

    /// <inheritdoc/>
    public override EncodedSplit Encode(DataSplit split, InputEncoder encoder) => Encode(Of(split)!, (Tokenizer)encoder);

    /// <inheritdoc/>
    protected override DataProfile MakeProfile(int maxLength, Tokenizer? tokenizer) => DataProfile.Of(this, maxLength, tokenizer);

    /// <inheritdoc/>
    public override (string Text, string? Pair, string Label) Describe(DataSplit split, int row)
    {
        TextRow text = Of(split)!.Rows[row];
        return (text.Text, text.Pair, text.Label == EncodedSplit.NoLabel ? "" : Labels.IsScore ? text.Score.ToString(CultureInfo.InvariantCulture) : Labels.Names[text.Label]);
    }

    /// <inheritdoc/>
    public override void WriteRows(DataSplit split, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (TextRow row in Of(split)!.Rows)
        {
            writer.Write(row.Text);
            writer.Write(row.Pair is not null);
            writer.Write(row.Pair ?? "");
            if (row.Label == EncodedSplit.NoLabel)
                continue;
            writer.Write(Labels.Names[row.Label]);
            if (Labels.IsScore)
                writer.Write(row.Score);
        }
    }

    private EncodedSplit Encode(TextSplit split, Tokenizer tokenizer)
    {
        EncodedSplit encoded = EncodedSplit.Encode(split, tokenizer);
        return Labels.IsScore ? encoded with { Scores = [.. split.Scores] } : encoded;
    }

    private TextSplit? Of(DataSplit split) => split switch
    {
        DataSplit.Train => Train,
        DataSplit.Validation => Validation,
        DataSplit.Test => Test,
        _ => Unlabelled,
    };
}
