namespace KdCluster.Learning.Metrics;

/// <summary>How far a model's answers are from those of another computation of the same model.</summary>
public static class AnswerDivergence
{
    /// <summary>
    /// Mean over the rows of KL(p ‖ q) in nats, p = softmax of the right logits, q of the others. Of scores, which are no distribution: KL of two normal distributions whose means are the scores and whose variance is that of the right scores, Δ²/2σ².
    /// </summary>
    /// <param name="right">[rows, classes].</param>
    /// <param name="other">As many.</param>
    /// <param name="classes">Logits of a row; 1: a score.</param>
    public static double Mean(ReadOnlySpan<float> right, ReadOnlySpan<float> other, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Length, right.Length);
        if (classes == 1)
            return OfScores(right, other);
        double sum = 0;
        for (int at = 0; at < right.Length; at += classes)
            sum += Kl(right.Slice(at, classes), other.Slice(at, classes));
        return sum / (right.Length / classes);
    }

    private static double Kl(ReadOnlySpan<float> right, ReadOnlySpan<float> other)
    {
        (double p, double q, double sum) = (Softmax.Of(right).LogSum, Softmax.Of(other).LogSum, 0);
        for (int c = 0; c < right.Length; c++)
            sum += Math.Exp(right[c] - p) * (right[c] - p - (other[c] - q));
        return sum;
    }

    private static double OfScores(ReadOnlySpan<float> right, ReadOnlySpan<float> other)
    {
        (double mean, double squares, double distance) = (0, 0, 0);
        foreach (float score in right)
            mean += (double)score / right.Length;
        for (int i = 0; i < right.Length; i++)
            (squares, distance) = (squares + Math.Pow(right[i] - mean, 2), distance + Math.Pow((double)right[i] - other[i], 2));
        return distance == 0 ? 0 : distance / (2 * squares);
    }
}
