using KdCluster.Cluster.Teachers;
using KdCluster.Learning.Data;
using KdCluster.Learning.Metrics;
using KdCluster.Learning.Training;
using KdCluster.Metrics;
using KdCluster.SoftTargets;

namespace KdCluster.Cluster.Runs;

/// <summary>How good the teachers are on the rows that a report is judged by, each alone and all together.</summary>
/// <param name="Results">Per teacher.</param>
/// <param name="Ensemble">Of the mean of all teachers' probabilities, of a regression of the mean of their scores.</param>
/// <param name="StoreHits">Rows × teachers that the store had.</param>
/// <param name="TeacherRows">Rows × teachers that a teacher computed.</param>
/// <param name="Probabilities">Per teacher, whether every row of logits looks like probabilities.</param>
internal sealed record TeacherFigures(IReadOnlyList<EvaluationResult> Results, EvaluationResult Ensemble, long StoreHits, long TeacherRows, IReadOnlyList<bool> Probabilities)
{
    private const int Batch = 256;

    /// <summary>Asks for every row once; blocks.</summary>
    public static TeacherFigures Measure(SoftTargetSource source, EncodedSplit rows, int classes, CancellationToken cancellationToken)
    {
        int teachers = source.Teachers.Count;
        if (source.Teachers[0].Answer == OutputNames.TokenLogits)
        {
            return MeasureTokens(source, rows, cancellationToken);
        }

        IJudge judge = rows.Scores is { } scores ? new ScoreJudge(scores, teachers) : new ClassJudge(rows.Labels, teachers, classes);
        bool[] probabilities = new bool[teachers];
        Array.Fill(probabilities, true);
        long hits = 0, computed = 0;
        int[][] batches = [.. Enumerable.Range(0, rows.Count).Chunk(Batch)];
        using ISoftTargetStream stream = source.Open(batches, cancellationToken);
        foreach (int[] numbers in batches)
        {
            SoftTargetBatch batch = stream.Take();
            (hits, computed) = (hits + batch.StoreHits, computed + batch.TeacherRows);
            for (int i = 0; i < numbers.Length; i++)
            {
                for (int k = 0; k < teachers; k++)
                {
                    ReadOnlySpan<float> answer = batch.Logits.AsSpan(((k * numbers.Length) + i) * classes, classes);
                    probabilities[k] &= ProbabilityCheck.IsDistribution(answer);
                    judge.Hear(numbers[i], k, answer);
                }
            }
        }

        (IReadOnlyList<EvaluationResult> results, EvaluationResult ensemble) = judge.Result();
        return new TeacherFigures(results, ensemble, hits, computed, probabilities);
    }

    private static TeacherFigures MeasureTokens(SoftTargetSource source, EncodedSplit rows, CancellationToken cancellationToken)
    {
        int teachers = source.Teachers.Count, tokens = 0;
        double[] nats = new double[teachers];
        double together = 0;
        long hits = 0, computed = 0;
        int[][] batches = [.. Enumerable.Range(0, rows.Count).Chunk(Batch)];
        using ISoftTargetStream stream = source.Open(batches, cancellationToken);
        foreach (int[] numbers in batches)
        {
            SoftTargetBatch batch = stream.Take();
            (hits, computed) = (hits + batch.StoreHits, computed + batch.TeacherRows);
            OutputRows[] said = [.. Enumerable.Range(0, teachers).Select(k => batch.Outputs.First(o => o.Teacher == k && o.Output == OutputNames.TokenLogits))];
            int vocabulary = said[0].Shape.Dimensions[^1];
            for (int i = 0; i < numbers.Length; i++)
            {
                int[] ids = rows.Views[numbers[i]].Ids;
                for (int t = 0; t + 1 < ids.Length; t++, tokens++)
                {
                    double mean = 0;
                    for (int k = 0; k < teachers; k++)
                    {
                        ReadOnlySpan<float> logits = said[k].Rows[i].Span.Slice(t * vocabulary, vocabulary);
                        double likelihood = logits[ids[t + 1]] - Softmax.Of(logits).LogSum;
                        nats[k] -= likelihood;
                        mean += Math.Exp(likelihood) / teachers;
                    }

                    together -= Math.Log(mean);
                }
            }
        }

        return new TeacherFigures([.. nats.Select(n => EvaluationResult.OfTokens(tokens, n / tokens))], EvaluationResult.OfTokens(tokens, together / tokens), hits, computed, new bool[teachers]);
    }

    /// <summary>Hears what each teacher says of each row, a row's teachers in their order.</summary>
    private interface IJudge
    {
        void Hear(int row, int teacher, ReadOnlySpan<float> answer);

        (IReadOnlyList<EvaluationResult> Teachers, EvaluationResult Ensemble) Result();
    }

    private sealed class ClassJudge(int[] labels, int teachers, int classes) : IJudge
    {
        private readonly int[] _right = new int[teachers];
        private readonly double[] _mixed = new double[classes];
        private int _together;

        public void Hear(int row, int teacher, ReadOnlySpan<float> answer)
        {
            if (teacher == 0)
            {
                Array.Clear(_mixed);
            }

            Softmax softmax = Softmax.Of(answer);
            _right[teacher] += softmax.Best == labels[row] ? 1 : 0;
            for (int c = 0; c < classes; c++)
            {
                _mixed[c] += Math.Exp(answer[c] - softmax.Highest) / softmax.Sum;
            }

            if (teacher == teachers - 1)
            {
                _together += Array.IndexOf(_mixed, _mixed.Max()) == labels[row] ? 1 : 0;
            }
        }

        public (IReadOnlyList<EvaluationResult> Teachers, EvaluationResult Ensemble) Result() => ([.. _right.Select(Accuracy)], Accuracy(_together));

        private EvaluationResult Accuracy(int right) => new(labels.Length, [(Metric.Accuracy, (double)right / labels.Length)]);
    }

    private sealed class ScoreJudge(float[] labels, int teachers) : IJudge
    {
        private readonly float[][] _scores = [.. Enumerable.Range(0, teachers).Select(_ => new float[labels.Length])];

        public void Hear(int row, int teacher, ReadOnlySpan<float> answer) => _scores[teacher][row] = answer[0];

        public (IReadOnlyList<EvaluationResult> Teachers, EvaluationResult Ensemble) Result() =>
            ([.. _scores.Select(s => Scoring.Of(s, labels))], Scoring.Of([.. Enumerable.Range(0, labels.Length).Select(i => _scores.Average(s => s[i]))], labels));
    }
}
