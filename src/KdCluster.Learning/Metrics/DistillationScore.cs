namespace KdCluster.Learning.Metrics;

/// <summary>DS = α·size_s/size_t + (1−α)·(1 − acc_s/acc_t); lower is better. Distillation score of arXiv 2007.09029 [M]: formula recalled, not checked.</summary>
public static class DistillationScore
{
    /// <summary>The score of a student against a teacher; below 0 is possible when the student is much better.</summary>
    /// <param name="studentSize">Weights of the student, or bytes; above 0.</param>
    /// <param name="teacherSize">The teacher's, in the same unit; above 0.</param>
    /// <param name="studentAccuracy">0 to 1.</param>
    /// <param name="teacherAccuracy">Above 0, up to 1.</param>
    /// <param name="alpha">α, 0 to 1: 0 scores accuracy alone, 1 size alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or the teacher's accuracy is not above 0, or α is outside 0 to 1.</exception>
    public static double Of(double studentSize, double teacherSize, double studentAccuracy, double teacherAccuracy, double alpha = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(studentSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(teacherSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(teacherAccuracy);
        if (!(alpha >= 0 && alpha <= 1))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "alpha is a share, 0 to 1");
        return (alpha * studentSize / teacherSize) + ((1 - alpha) * (1 - (studentAccuracy / teacherAccuracy)));
    }
}
