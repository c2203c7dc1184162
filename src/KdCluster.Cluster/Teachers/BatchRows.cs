using KdCluster.SoftTargets;

namespace KdCluster.Cluster.Teachers;

/// <summary>How many rows a teacher computes at once. It hangs on the teacher alone, so that all replicas compute batches of one shape, and give the same bits.</summary>
internal static class BatchRows
{
    /// <summary>Numbers that the token logits of a batch have at most: 1 GiB.</summary>
    private const long MostTokenLogits = 1 << 28;

    /// <summary>As many as are allowed; fewer where a batch of the longest texts has too many token logits for one array.</summary>
    /// <param name="allowed">Rows of a batch.</param>
    /// <param name="outputs">What the teacher says of an instance.</param>
    /// <param name="longest">Tokens of the longest instance, padded.</param>
    /// <exception cref="KdException"><c>KD1311</c>: not one row can be computed.</exception>
    public static int Of(int allowed, IReadOnlyList<(string Name, OutputShape Shape)> outputs, int longest)
    {
        if (outputs.FirstOrDefault(o => o.Name == OutputNames.TokenLogits).Shape is not { } shape)
        {
            return allowed;
        }

        long one = shape.Size(longest);
        return one <= Array.MaxLength ? (int)Math.Clamp(MostTokenLogits / one, 1, allowed)
            : throw new KdException("KD1311", $"the scores of one text of {longest} tokens are {one} numbers, and {Array.MaxLength} are the most.", "its token logits", "Serve it with a smaller longest length.");
    }
}
