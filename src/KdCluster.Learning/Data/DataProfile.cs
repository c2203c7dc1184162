using System.Text.Json.Serialization;
using KdCluster.Learning.Metrics;
using KdCluster.Learning.Text;

namespace KdCluster.Learning.Data;

/// <summary>What a data set holds, split by split and, where there are classes, class by class, and what in it looks wrong: for people to read before anything is trained.</summary>
/// <param name="Splits"><c>train</c>, <c>validation</c> and, where there are such rows, <c>test</c> and <c>unlabelled</c>.</param>
/// <param name="Classes">The classes, in the order of the logits; of a regression none.</param>
/// <param name="MaxLength">Longest input in tokens: what <see cref="SplitProfile.Cut"/> counts against; 0 where inputs have no length.</param>
/// <param name="BadRows">The first rows that were skipped, with their reasons; the splits count all of them.</param>
/// <param name="Warnings">What the reader guessed, and what is likely a mistake: one sentence each.</param>
public sealed record DataProfile(
    IReadOnlyList<SplitProfile> Splits, IReadOnlyList<ClassProfile> Classes, int MaxLength, IReadOnlyList<BadRow> BadRows, IReadOnlyList<string> Warnings)
{
    /// <summary>The declared changes to the rows and what they came to, one sentence each; the other figures are of the rows after them.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>Of a regression the scores of each split that has any; null: the labels are classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ScoreProfile>? Scores { get; init; }

    /// <summary>Looks through all rows once.</summary>
    /// <param name="data">The data as loaded.</param>
    /// <param name="maxLength">Longest input in tokens of the tokenizer that reads it.</param>
    /// <param name="tokenizer">That tokenizer; null: a word-level one, whose vocabulary changes nothing here.</param>
    /// <exception cref="KdException"><c>KD1219</c>: the tokenizer cannot encode a text.</exception>
    public static DataProfile Of(TextData data, int maxLength, Tokenizer? tokenizer = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        List<SplitProfile> splits = [Split("train", data.Train, 0), Split("validation", data.Validation, data.Overlap.Validation)];
        List<int[]> counts = [Count(data.Train), Count(data.Validation)];
        if (data.Test is not null)
        {
            splits.Add(Split("test", data.Test, data.Overlap.Test));
            counts.Add(Count(data.Test));
        }
        if (data.Unlabelled is not null)
        {
            splits.Add(Split("unlabelled", data.Unlabelled, data.Overlap.Unlabelled));
            counts.Add(new int[data.Labels.Count]);
        }
        ClassProfile[] classes = data.Labels.IsScore ? [] : [.. data.Labels.Names.Select((name, c) => new ClassProfile(name, [.. counts.Select(split => split[c])]))];
        var profile = new DataProfile(splits, classes, maxLength, data.BadRows.Rows, []) { Changes = [.. data.Transforms.Select(t => t.ToString())], Scores = data.Labels.IsScore ? [.. data.Splits.Select(s => ScoreProfile.Of([.. s.Scores.Select(x => (double)x)]))] : null };
        return profile with { Warnings = [.. data.Warnings, .. DataWarnings.Of(profile, data, tokenizer)] };

        SplitProfile Split(string name, TextSplit split, int overlap)
            => new(name, split.Count, RowErrors.Of(() => split.Rows.AsParallel().Count(r => tokenizer?.IsCut(r.Text, r.Pair) ?? WordTokenizer.IsCut(r.Text, r.Pair, maxLength))), overlap, split.BadRows);

        int[] Count(TextSplit split)
        {
            var rows = new int[data.Labels.Count];
            foreach (int label in split.Labels)
                rows[label]++;
            return rows;
        }
    }

    /// <summary>A table and a line for each warning, none wider than 80 columns.</summary>
    public override string ToString() => DataProfileText.Of(this);
}

/// <summary>One split.</summary>
/// <param name="Name"><c>train</c>, <c>validation</c>, <c>test</c> or <c>unlabelled</c>.</param>
/// <param name="Rows">Rows in use.</param>
/// <param name="Cut">Of these, those longer than the maximum length: their ends are not read.</param>
/// <param name="Overlap">Of these, those whose text is in an earlier split too; of unlabelled ones, in a held-out split.</param>
/// <param name="BadRows">Rows of the split's file that were skipped.</param>
public sealed record SplitProfile(string Name, int Rows, int Cut, int Overlap, int BadRows)
{
    /// <summary>Share of the rows that are cut, 0 to 1.</summary>
    public double CutShare => Rows == 0 ? 0 : (double)Cut / Rows;
}

/// <summary>One class.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">Its rows in each split, in the order of the splits.</param>
public sealed record ClassProfile(string Name, IReadOnlyList<int> Rows);

/// <summary>The scores of one split.</summary>
/// <param name="Lowest">The lowest.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Highest">The highest.</param>
/// <param name="Deviation">Their standard deviation, with n − 1; 0 for a single row.</param>
public sealed record ScoreProfile(double Lowest, double Mean, double Highest, double Deviation)
{
    /// <summary>Of some scores, at least one.</summary>
    internal static ScoreProfile Of(double[] scores)
    {
        Summary summary = Summary.Of(scores);
        return new ScoreProfile(scores.Min(), summary.Mean, scores.Max(), double.IsNaN(summary.Deviation) ? 0 : summary.Deviation);
    }
}
