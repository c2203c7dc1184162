namespace KdCluster.Cluster.Teachers;

/// <summary>Tells probabilities where logits are wanted: taken for logits they make a teacher say that all classes are nearly alike.</summary>
internal static class ProbabilityCheck
{
    /// <summary>What half precision and a server's rounding leave of a sum of 1.</summary>
    private const double Tolerance = 2e-3;

    /// <summary>Whether a row [classes] has no negative number and sums to 1. Logits do so by chance alone, hardly ever all rows of a request.</summary>
    public static bool IsDistribution(ReadOnlySpan<float> row)
    {
        double sum = 0;
        foreach (float value in row)
        {
            if (!(value >= 0))
            {
                return false;
            }

            sum += value;
        }

        return Math.Abs(sum - 1) < Tolerance;
    }

    public static KdError Warning(string teacher) => new(
        "KD1345", "its answers are all at least 0 and sum to 1 in every row: they look like probabilities, but are used as logits.", $"teacher {teacher}",
        "Let the server return logits, or the logarithms of its probabilities. Otherwise the student learns that all classes are nearly equal.");
}
