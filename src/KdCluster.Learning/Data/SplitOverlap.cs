namespace KdCluster.Learning.Data;

/// <summary>Held-out rows whose text (and pair) the training rows hold too; files are kept as they are, but a score over such rows flatters.</summary>
/// <param name="Validation">Validation rows that are in the training rows.</param>
/// <param name="Test">Test rows that are in the training or validation rows.</param>
public sealed record SplitOverlap(int Validation, int Test)
{
    internal static SplitOverlap Of(TextSplit train, TextSplit validation, TextSplit? test)
    {
        var seen = train.Rows.Select(r => (r.Text, r.Pair)).ToHashSet();
        int inValidation = validation.Rows.Count(r => seen.Contains((r.Text, r.Pair)));
        seen.UnionWith(validation.Rows.Select(r => (r.Text, r.Pair)));
        return new SplitOverlap(inValidation, test?.Rows.Count(r => seen.Contains((r.Text, r.Pair))) ?? 0);
    }
}
