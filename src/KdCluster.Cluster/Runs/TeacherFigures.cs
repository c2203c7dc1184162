using KdCluster.Cluster.Teachers;
using KdCluster.Learning.Metrics;
using KdCluster.SoftTargets;

namespace KdCluster.Cluster.Runs;

/// <summary>How good the teachers are on the rows that a report is judged by, each alone and all together.</summary>
/// <param name="Accuracies">Per teacher, 0 to 1.</param>
/// <param name="Ensemble">Of the mean of all teachers' probabilities, 0 to 1.</param>
/// <param name="StoreHits">Rows × teachers that the store had.</param>
/// <param name="TeacherRows">Rows × teachers that a teacher computed.</param>
/// <param name="Probabilities">Per teacher, whether every row of logits looks like probabilities.</param>
internal sealed record TeacherFigures(IReadOnlyList<double> Accuracies, double Ensemble, long StoreHits, long TeacherRows, IReadOnlyList<bool> Probabilities)
{
    private const int Batch = 256;

    /// <summary>Asks for every row once; blocks.</summary>
    public static TeacherFigures Measure(SoftTargetSource source, int[] labels, int classes, CancellationToken cancellationToken)
    {
        int teachers = source.Teachers.Count;
        int[] right = new int[teachers];
        bool[] probabilities = new bool[teachers];
        Array.Fill(probabilities, true);
        int together = 0;
        long hits = 0, computed = 0;
        int[][] batches = [.. Enumerable.Range(0, labels.Length).Chunk(Batch)];
        using ISoftTargetStream stream = source.Open(batches, cancellationToken);
        double[] mixed = new double[classes];
        foreach (int[] rows in batches)
        {
            SoftTargetBatch batch = stream.Take();
            (hits, computed) = (hits + batch.StoreHits, computed + batch.TeacherRows);
            for (int i = 0; i < rows.Length; i++)
            {
                Array.Clear(mixed);
                for (int k = 0; k < teachers; k++)
                {
                    ReadOnlySpan<float> logits = batch.Logits.AsSpan(((k * rows.Length) + i) * classes, classes);
                    probabilities[k] &= ProbabilityCheck.IsDistribution(logits);
                    Softmax softmax = Softmax.Of(logits);
                    right[k] += softmax.Best == labels[rows[i]] ? 1 : 0;
                    for (int c = 0; c < classes; c++)
                    {
                        mixed[c] += Math.Exp(logits[c] - softmax.Highest) / softmax.Sum;
                    }
                }

                together += Array.IndexOf(mixed, mixed.Max()) == labels[rows[i]] ? 1 : 0;
            }
        }

        return new TeacherFigures([.. right.Select(r => (double)r / labels.Length)], (double)together / labels.Length, hits, computed, probabilities);
    }
}
