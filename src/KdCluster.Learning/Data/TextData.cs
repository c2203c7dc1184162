using KdCluster.Learning.Data.Transforms;

namespace KdCluster.Learning.Data;

/// <summary>A labelled text data set, read and checked.</summary>
/// <param name="Train">Rows to learn from.</param>
/// <param name="Validation">Rows to choose with.</param>
/// <param name="Test">Rows to report on; null when none were given.</param>
/// <param name="Labels">The classes.</param>
/// <param name="BadRows">What was skipped, and why.</param>
/// <param name="Overlap">Held-out rows whose text is in the training rows too.</param>
public sealed record TextData(TextSplit Train, TextSplit Validation, TextSplit? Test, LabelSpace Labels, BadRowReport BadRows, SplitOverlap Overlap)
{
    /// <summary>What the reader guessed of the files, one sentence each; <see cref="DataProfile"/> adds what the rows show.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The splits there are.</summary>
    internal IEnumerable<TextSplit> Splits => Test is null ? [Train, Validation] : [Train, Validation, Test];

    /// <summary>The declared changes that were made to the rows, in order; <see cref="Labels"/> is not touched by them.</summary>
    public IReadOnlyList<AppliedTransform> Transforms { get; init; } = [];
}
