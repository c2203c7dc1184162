using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Objectives.Terms;

/// <summary>
/// Labels smoothed instance by instance: b_1 … b_B are drawn from Beta(shape, 1) and sorted, the batch is sorted by the teacher's probability of the label, and the i-th instance learns from b_(i) on its
/// label and (1 − b_(i))/(C−1) on each other class: Beta smoothing, arXiv 2006.05065, the authors' <c>loss.py</c> [V]. The teacher there is the moving average of the student. Draws depend on (seed, step, place) alone.
/// </summary>
internal sealed class BetaSmoothingTerm(double shape) : IObjectiveTerm
{
    public TeacherMix Mix => TeacherMix.Separate;

    public bool NeedsLabels => true;

    public Tensor Evaluate(TermInput input)
    {
        int teachers = (int)input.Teacher!.shape[0], batch = (int)input.Labels.shape[0], classes = (int)input.Labels.shape[1];
        float[] labels = HostArray.Of(input.Labels.to(ScalarType.Float32)), probabilities = HostArray.Of(softmax(input.Teacher.to(ScalarType.Float32), -1));
        // Beta(a, 1) has the distribution function x^a.
        double[] draws = [.. Enumerable.Range(0, batch).Select(i => Math.Pow(CounterRandom.Unit(input.Seed, RandomStream.Labels, input.At.Step, i), 1 / shape)).Order()];
        var smoothed = new float[teachers * batch * classes];
        for (int k = 0; k < teachers; k++)
        {
            // The place in the batch breaks ties.
            int[] order = [.. Enumerable.Range(0, batch).OrderBy(i => Confidence(k, i)).ThenBy(i => i)];
            for (int rank = 0; rank < batch; rank++)
                Smooth(labels.AsSpan(order[rank] * classes, classes), draws[rank], smoothed.AsSpan(((k * batch) + order[rank]) * classes, classes));
        }

        var targets = tensor(smoothed, [teachers, batch, classes], device: input.Student.device).to(input.Student.dtype);
        return log_softmax(input.Student, -1).unsqueeze(0).mul(targets).sum(dim: -1).neg();

        double Confidence(int teacher, int instance)
        {
            double sum = 0;
            for (int c = 0; c < classes; c++)
                sum += labels[(instance * classes) + c] * probabilities[(((teacher * batch) + instance) * classes) + c];
            return sum;
        }
    }

    // Of a distribution, each class as if it were the label, by its share.
    private static void Smooth(ReadOnlySpan<float> label, double b, Span<float> result)
    {
        double other = (1 - b) / (label.Length - 1);
        for (int c = 0; c < label.Length; c++)
            result[c] = (float)((label[c] * b) + ((1 - label[c]) * other));
    }
}
