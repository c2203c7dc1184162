using KdCluster.Learning.Data;
using KdCluster.Recipes;

namespace KdCluster.Learning.Weightings;

/// <summary>
/// The reward of a choice of teachers on one instance: the student's loss after it has learned from that choice.
/// <para>
/// The loss of the batch at hand does not depend on the choice, since the student has not learned from it yet, and a second forward pass would cost a third
/// of a step. So one gradient step is taken where it is cheap, on the instance's logits: s' = s − η·∂L/∂s with η = 1 and
/// ∂L/∂s = α·T·(softmax(s/T) − p) + (1−α)·(softmax(s) − y), p the chosen mixture. Then r1 = −CE(y, s'), r2 = −CE(y, s') − T²·KL(p‖softmax(s'/T)).
/// </para>
/// <para>
/// Rewards of arXiv 2012.06048 are per batch [M]; these are per instance, which gives each choice its own credit and works with a frozen student too.
/// Instances differ in difficulty far more than choices do, so the policy learns from the difference to the reward of the uniform mixture of the same
/// instance: it does not depend on the action, and so leaves the gradient's expectation as it is.
/// </para>
/// </summary>
internal sealed class LookAheadReward(ObjectiveSpec objective, bool withDistillation, int teachers, int classes)
{
    private const float StepSize = 1;

    private readonly float _temperature = (float)objective.ForReward().Temperature;
    private readonly float _alpha = (float)objective.ForReward().Alpha;
    private float[] _soft = [];
    private float[] _hard = [];
    private float[] _targets = [];
    private float[] _mixture = [];
    private float[] _moved = [];
    private float[] _scratch = [];
    private float[] _normalizer = [];
    private float[] _student = [];
    private int _batch;

    /// <summary>Takes a batch: student logits [batch, classes] and teacher logits [teachers, batch, classes].</summary>
    public void Read(float[] studentLogits, float[] teacherLogits)
    {
        _student = studentLogits;
        _batch = studentLogits.Length / classes;
        if (_soft.Length < studentLogits.Length)
        {
            _targets = new float[teacherLogits.Length];
            _normalizer = new float[_batch];
            (_soft, _hard, _mixture, _moved, _scratch) = (Numbers(), Numbers(), Numbers(), Numbers(), Numbers());
        }

        HostMath.SoftmaxRows(studentLogits, classes, _temperature, _soft);
        HostMath.SoftmaxRows(studentLogits, classes, 1, _hard);
        HostMath.SoftmaxRows(teacherLogits, classes, _temperature, _targets);

        float[] Numbers() => new float[studentLogits.Length];
    }

    /// <summary>The rewards of all instances. All at once, because exponentials and logarithms are several times cheaper in long rows.</summary>
    /// <param name="weights">Rows that sum to 1: [batch, teachers].</param>
    /// <param name="labels">[batch]; <see cref="EncodedSplit.NoLabel"/>: none.</param>
    /// <param name="rewards">[batch]; NaN where there is no label.</param>
    public void Of(ReadOnlySpan<float> weights, ReadOnlySpan<int> labels, Span<float> rewards)
    {
        Mix(weights);
        Move(labels);
        Span<float> moved = _moved.AsSpan(0, _batch * classes);
        HostMath.LogSumExpRows(moved, classes, 1, _scratch, _normalizer);
        for (int i = 0; i < _batch; i++)
            rewards[i] = labels[i] == EncodedSplit.NoLabel ? float.NaN : moved[(i * classes) + labels[i]] - _normalizer[i];   // −CE
        if (withDistillation)
            Distil(rewards);
    }

    private void Mix(ReadOnlySpan<float> weights)
    {
        Array.Clear(_mixture);
        for (int i = 0; i < _batch; i++)
            for (int k = 0; k < teachers; k++)
                if (weights[(i * teachers) + k] is > 0 and var weight)
                    HostMath.AddScaled(_mixture.AsSpan(i * classes, classes), weight, _targets.AsSpan(((k * _batch) + i) * classes, classes));
    }

    private void Move(ReadOnlySpan<int> labels)
    {
        float soft = StepSize * _alpha * _temperature, hard = StepSize * (1 - _alpha);
        for (int at = 0; at < _batch * classes; at++)
            _moved[at] = _student[at] - ((soft * (_soft[at] - _mixture[at])) + (hard * _hard[at]));
        for (int i = 0; i < _batch; i++)
        {
            if (labels[i] != EncodedSplit.NoLabel)
                _moved[(i * classes) + labels[i]] += hard;
        }
    }

    // KL(p‖softmax(z/T)) = Σ p·(log p − z/T) + log Σ exp(z/T)
    private void Distil(Span<float> rewards)
    {
        int count = _batch * classes;
        HostMath.LogSumExpRows(_moved.AsSpan(0, count), classes, _temperature, _scratch, _normalizer);
        Span<float> logs = _scratch.AsSpan(0, count);
        HostMath.LogOf(_mixture.AsSpan(0, count), logs);
        float square = _temperature * _temperature, inverse = 1 / _temperature;
        for (int i = 0; i < _batch; i++)
        {
            float divergence = _normalizer[i];
            for (int at = i * classes; at < (i + 1) * classes; at++)
                divergence += _mixture[at] * (logs[at] - (_moved[at] * inverse));
            rewards[i] -= square * divergence;
        }
    }
}
