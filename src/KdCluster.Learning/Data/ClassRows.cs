namespace KdCluster.Learning.Data;

/// <summary>Rows of each class.</summary>
internal static class ClassRows
{
    /// <param name="labels">Class of each row.</param>
    /// <param name="classes">How many there are.</param>
    public static int[] Of(IEnumerable<int> labels, int classes)
    {
        var rows = new int[classes];
        foreach (int label in labels)
            rows[label]++;
        return rows;
    }
}
