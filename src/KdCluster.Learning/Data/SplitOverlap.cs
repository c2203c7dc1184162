namespace KdCluster.Learning.Data;

/// <summary>Held-out rows whose text (and pair) the training rows hold too; files are kept as they are, but a score over such rows flatters.</summary>
/// <param name="Validation">Validation rows that are in the training rows.</param>
/// <param name="Test">Test rows that are in the training or validation rows.</param>
public sealed record SplitOverlap(int Validation, int Test)
{
    /// <summary>Unlabelled rows that are among the held-out ones.</summary>
    public int Unlabelled { get; init; }

    // Training rows may be many: only what is held out is in memory.
    internal static SplitOverlap Of(TextSplit train, TextSplit validation, TextSplit? test, TextSplit? unlabelled = null)
    {
        var heldOut = validation.Rows.Concat(test?.Rows ?? []).Select(Text).ToHashSet();
        int amongHeldOut = unlabelled?.Rows.Count(r => heldOut.Contains(Text(r))) ?? 0;
        var seen = train.Rows.Select(Text).Where(heldOut.Contains).ToHashSet();
        int inValidation = validation.Rows.Count(r => seen.Contains(Text(r)));
        seen.UnionWith(validation.Rows.Select(Text));
        return new SplitOverlap(inValidation, test?.Rows.Count(r => seen.Contains(Text(r))) ?? 0) { Unlabelled = amongHeldOut };
    }

    private static (string Text, string? Pair) Text(TextRow row) => (row.Text, row.Pair);
}
