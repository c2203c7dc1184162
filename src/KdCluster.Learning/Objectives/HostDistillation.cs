using System.Runtime.InteropServices;
using KdCluster.Learning.Weightings;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives;

/// <summary>
/// The distillation loss where the logits lie on the host, its gradient by hand: ∂L/∂s = (α·T·(softmax(s/T) − p) + (1−α)·(softmax(s) − y))/batch. A batch has
/// a few hundred numbers; the operators and their way back through autograd take many times as long as the numbers do.
/// </summary>
internal sealed class HostDistillation(double temperature, double alpha)
{
    private float[] _each = [];

    /// <summary>The loss; what it gives to differentiate has the loss's gradient, but not its value.</summary>
    public ObjectiveValue Evaluate(Tensor logits, Tensor labels, Tensor teacherLogits, Tensor weights)
    {
        int batch = (int)logits.shape[0], classes = (int)logits.shape[1];
        var student = HostArray.Floats(logits);
        long[] label = MemoryMarshal.Cast<byte, long>(labels.bytes).ToArray();
        float[] p = Mix(HostArray.Of(teacherLogits), HostArray.Of(weights), batch, classes);

        float[] soft = new float[student.Length], gradient = new float[student.Length];
        HostMath.SoftmaxRows(student, classes, (float)temperature, soft);
        HostMath.SoftmaxRows(student, classes, 1, gradient);
        float softShare = (float)(alpha * temperature / batch), hardShare = (float)((1 - alpha) / batch);
        for (int at = 0; at < gradient.Length; at++)
            gradient[at] = (softShare * (soft[at] - p[at])) + (hardShare * gradient[at]);
        for (int i = 0; i < batch; i++)
            gradient[(i * classes) + (int)label[i]] -= hardShare;

        return new ObjectiveValue(logits.mul(tensor(gradient, [batch, classes])).sum(), () => Read(HostArray.Floats(logits), label, p, classes));
    }

    // p = Σ_k w_k·softmax(z_k/T)
    private float[] Mix(float[] teacherLogits, float[] weights, int batch, int classes)
    {
        if (_each.Length < teacherLogits.Length)
            _each = new float[teacherLogits.Length];
        HostMath.SoftmaxRows(teacherLogits, classes, (float)temperature, _each);
        int teachers = weights.Length / batch;
        float[] p = new float[batch * classes];
        for (int i = 0; i < batch; i++)
            for (int k = 0; k < teachers; k++)
                HostMath.AddScaled(p.AsSpan(i * classes, classes), weights[(i * teachers) + k], _each.AsSpan(((k * batch) + i) * classes, classes));
        return p;
    }

    // KL(p‖softmax(s/T)) = Σ p·(log p − s/T) + log Σ exp(s/T)
    private ObjectiveParts Read(ReadOnlySpan<float> student, long[] label, float[] p, int classes)
    {
        float[] scratch = new float[p.Length], logs = new float[p.Length], normalizer = new float[label.Length], softNormalizer = new float[label.Length];
        HostMath.LogSumExpRows(student, classes, 1, scratch, normalizer);
        HostMath.LogSumExpRows(student, classes, (float)temperature, scratch, softNormalizer);
        HostMath.LogOf(p, logs);
        double crossEntropy = 0, divergence = 0;
        for (int i = 0; i < label.Length; i++)
        {
            crossEntropy += normalizer[i] - student[(i * classes) + (int)label[i]];
            divergence += softNormalizer[i];
            for (int at = i * classes; at < (i + 1) * classes; at++)
                divergence += p[at] * (logs[at] - (student[at] / temperature));
        }

        crossEntropy /= label.Length;
        double distillation = temperature * temperature * Math.Max(divergence / label.Length, 0);
        return new ObjectiveParts((alpha * distillation) + ((1 - alpha) * crossEntropy), crossEntropy, distillation);
    }
}
