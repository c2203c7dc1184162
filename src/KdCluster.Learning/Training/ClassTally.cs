using KdCluster.Learning.Metrics;

namespace KdCluster.Learning.Training;

/// <summary>Adds up what the figures of a classifier are made of, row by row, in double precision: the answers need not be kept.</summary>
internal sealed class ClassTally(int classes)
{
    private const int Bins = 15;

    private readonly double[] _hits = new double[classes];
    private readonly double[] _predicted = new double[classes];
    private readonly double[] _actual = new double[classes];
    private readonly double[] _binHits = new double[Bins];
    private readonly double[] _binConfidence = new double[Bins];
    private double _crossEntropy;
    private int _count;

    /// <summary>Of the rows so far; at least one.</summary>
    public EvaluationResult Result
    {
        get
        {
            double f1 = 0, seen = 0, calibration = 0;
            for (int c = 0; c < classes; c++)
            {
                if (_predicted[c] + _actual[c] == 0)
                    continue;
                seen++;
                f1 += 2 * _hits[c] / (_predicted[c] + _actual[c]);
            }

            for (int b = 0; b < Bins; b++)
                calibration += Math.Abs(_binHits[b] - _binConfidence[b]) / _count;
            return EvaluationResult.OfClasses(_count, _hits.Sum() / _count, f1 / seen, _crossEntropy / _count, calibration);
        }
    }

    /// <param name="logits">Of one row: [classes].</param>
    /// <param name="label">Its class.</param>
    public void Add(ReadOnlySpan<float> logits, int label)
    {
        Softmax softmax = Softmax.Of(logits);
        (int best, double logSum) = (softmax.Best, softmax.LogSum);
        double confidence = Math.Exp(logits[best] - logSum);
        _count++;
        _crossEntropy += logSum - logits[label];
        _predicted[best]++;
        _actual[label]++;
        int bin = Math.Min((int)(confidence * Bins), Bins - 1);
        _binConfidence[bin] += confidence;
        if (best != label)
            return;
        _hits[best]++;
        _binHits[bin]++;
    }
}
