using KdCluster.Learning.Data;
using KdCluster.Learning.Metrics;

namespace KdCluster.Learning.Training;

/// <summary>Figures of merit from logits, in double precision.</summary>
internal static class Scoring
{
    private const int Bins = 15;

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
        int n = labels.Length;
        var hits = new double[classes];
        var predicted = new double[classes];
        var actual = new double[classes];
        var binCount = new double[Bins];
        var binHits = new double[Bins];
        var binConfidence = new double[Bins];
        double crossEntropy = 0;
        for (int i = 0; i < n; i++)
        {
            var row = logits.AsSpan(i * classes, classes);
            Softmax softmax = Softmax.Of(row);
            (int best, double logSum) = (softmax.Best, softmax.LogSum);
            double confidence = Math.Exp(row[best] - logSum);
            crossEntropy += logSum - row[labels[i]];
            predicted[best]++;
            actual[labels[i]]++;
            int bin = Math.Min((int)(confidence * Bins), Bins - 1);
            binCount[bin]++;
            binConfidence[bin] += confidence;
            if (best != labels[i])
                continue;
            hits[best]++;
            binHits[bin]++;
        }

        double f1 = 0, seen = 0, calibration = 0;
        for (int c = 0; c < classes; c++)
        {
            if (predicted[c] + actual[c] == 0)
                continue;
            seen++;
            f1 += 2 * hits[c] / (predicted[c] + actual[c]);
        }

        for (int b = 0; b < Bins; b++)
            calibration += Math.Abs(binHits[b] - binConfidence[b]) / n;
        return EvaluationResult.OfClasses(n, hits.Sum() / n, f1 / seen, crossEntropy / n, calibration);
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
