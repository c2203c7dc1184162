using KdCluster.Learning.Data;
using KdCluster.Learning.Metrics;

namespace KdCluster.Learning.Training;

/// <summary>Figures of merit from logits, in double precision.</summary>
internal static class Scoring
{
    /// <summary>Of a split's rows.</summary>
    /// <param name="answers">Logits [rows, classes] flattened, or scores [rows].</param>
    /// <param name="split">The rows.</param>
    /// <param name="classes">Columns of the answers.</param>
    public static EvaluationResult Of(float[] answers, EncodedSplit split, int classes) =>
        split.Scores is { } labels ? Of(answers, labels) : Of(answers, split.Labels, classes);

    /// <summary>Of scores and the numbers that the rows are labelled with.</summary>
    public static EvaluationResult Of(float[] scores, float[] labels)
    {
        double[] x = Array.ConvertAll(scores, s => (double)s), y = Array.ConvertAll(labels, l => (double)l);
        return EvaluationResult.OfScores(x.Length, Correlation.Pearson(x, y), Correlation.Spearman(x, y), x.Zip(y, (s, l) => (s - l) * (s - l)).Average());
    }

    public static EvaluationResult Of(float[] logits, int[] labels, int classes)
    {
        ClassTally tally = new(classes);
        for (int i = 0; i < labels.Length; i++)
            tally.Add(logits.AsSpan(i * classes, classes), labels[i]);
        return tally.Result;
    }

    public static Prediction Predict(ReadOnlySpan<float> row)
    {
        Softmax softmax = Softmax.Of(row);
        double logSum = softmax.LogSum;
        var probabilities = new float[row.Length];
        for (int c = 0; c < row.Length; c++)
            probabilities[c] = (float)Math.Exp(row[c] - logSum);
        return new Prediction(softmax.Best, probabilities);
    }
}
