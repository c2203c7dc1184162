using KdCluster.Cluster.Teachers;
using KdCluster.Instances;
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
        bool tokens = source.Teachers[0].Answer == OutputNames.TokenLogits;
        IJudge judge = tokens ? new TokenJudge(rows.Views, teachers) : rows.Scores is { } scores ? new ScoreJudge(scores, teachers) : new ClassJudge(rows.Labels, teachers, classes);
        bool[] probabilities = new bool[teachers];
        Array.Fill(probabilities, true);
        long hits = 0, computed = 0;
        int[][] batches = [.. Enumerable.Range(0, rows.Count).Chunk(Batch)];
        using ISoftTargetStream stream = source.Open(batches, cancellationToken);
        foreach (int[] numbers in batches)
        {
            SoftTargetBatch batch = stream.Take();
            (hits, computed) = (hits + batch.StoreHits, computed + batch.TeacherRows);
            OutputRows[] said = [.. Enumerable.Range(0, tokens ? teachers : 0).Select(k => batch.Outputs.First(o => o.Teacher == k && o.Output == OutputNames.TokenLogits))];
            for (int i = 0; i < numbers.Length; i++)
            {
                for (int k = 0; k < teachers; k++)
                {
                    ReadOnlySpan<float> answer = tokens ? said[k].Rows[i].Span : batch.Logits.AsSpan(((k * numbers.Length) + i) * classes, classes);
                    probabilities[k] &= ProbabilityCheck.IsDistribution(answer);
                    judge.Hear(numbers[i], k, answer);
                }
            }
        }

        (IReadOnlyList<EvaluationResult> results, EvaluationResult ensemble) = judge.Result();
        return new TeacherFigures(results, ensemble, hits, computed, probabilities);
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

    // The answer is [length, vocabulary] flattened; all together are the mean of their probabilities at each token.
    private sealed class TokenJudge(IReadOnlyList<InstanceView> views, int teachers) : IJudge
    {
        private readonly double[] _nats = new double[teachers];
        private double[] _mixed = [];
        private double _together;
        private int _tokens;

        public void Hear(int row, int teacher, ReadOnlySpan<float> answer)
        {
            int[] ids = views[row].Ids;
            int vocabulary = answer.Length / ids.Length;
            if (teacher == 0)
            {
                _mixed = new double[ids.Length - 1];
            }

            for (int t = 0; t < _mixed.Length; t++)
            {
                ReadOnlySpan<float> logits = answer.Slice(t * vocabulary, vocabulary);
                double likelihood = logits[ids[t + 1]] - Softmax.Of(logits).LogSum;
                _nats[teacher] -= likelihood;
                _mixed[t] += Math.Exp(likelihood) / teachers;
            }

            if (teacher == teachers - 1)
            {
                _together -= _mixed.Sum(Math.Log);
                _tokens += _mixed.Length;
            }
        }

        public (IReadOnlyList<EvaluationResult> Teachers, EvaluationResult Ensemble) Result() => ([.. _nats.Select(n => EvaluationResult.OfTokens(_tokens, n / _tokens))], EvaluationResult.OfTokens(_tokens, _together / _tokens));
    }
}
