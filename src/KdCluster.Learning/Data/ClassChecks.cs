namespace KdCluster.Learning.Data;

/// <summary>Whether the classes of the splits can be learned.</summary>
internal static class ClassChecks
{
    /// <summary>What is wrong: <c>KD1105</c>, one class in the training rows; <c>KD1106</c>, classes that held-out rows alone have.</summary>
    /// <param name="labels">The classes.</param>
    /// <param name="trainName">File of the training rows.</param>
    /// <param name="train">Class of each training row.</param>
    /// <param name="heldOut">File and class of each row of the other splits.</param>
    public static IEnumerable<KdError> Of(LabelSpace labels, string trainName, IEnumerable<int> train, IEnumerable<(string Name, IEnumerable<int> Labels)> heldOut)
    {
        var learned = train.ToHashSet();
        if (learned.Count == 1)
            yield return OneClass(trainName, $"every training row has the label '{labels.Names[learned.First()]}'");
        foreach ((string name, IEnumerable<int> split) in heldOut)
        {
            foreach (var unseen in split.Where(l => !learned.Contains(l)).GroupBy(l => l).OrderBy(g => g.Key))
                yield return Unseen(labels.Names[unseen.Key], unseen.Count(), name);
        }
    }

    public static KdError OneClass(string file, string what) => new("KD1105", $"{what}.", file, "Give rows of at least two labels.");

    public static KdError Unseen(string label, int count, string where, string why = "")
        => new("KD1106", $"{count} row(s) have the label '{LabelNames.Show(label)}' that no training row has{why}.", where, "Add training rows with this label, or remove those rows.");
}
