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

    private readonly float _temperature = (float)objective.Temperature;
    private readonly float _alpha = (float)objective.Alpha;
    private readonly float[] _mixture = new float[classes];
    private readonly float[] _moved = new float[classes];
    private readonly float[] _movedSoft = new float[classes];
    private float[] _soft = [];
    private float[] _hard = [];
    private float[] _targets = [];
    private float[] _student = [];
    private int _batch;

    /// <summary>Takes a batch: student logits [batch, classes] and teacher logits [teachers, batch, classes].</summary>
    public void Read(float[] studentLogits, float[] teacherLogits)
    {
        _student = studentLogits;
        _batch = studentLogits.Length / classes;
        if (_soft.Length < studentLogits.Length)
        {
            _soft = new float[studentLogits.Length];
            _hard = new float[studentLogits.Length];
            _targets = new float[teacherLogits.Length];
        }

        HostMath.SoftmaxRows(studentLogits, classes, _temperature, _soft);
        HostMath.SoftmaxRows(studentLogits, classes, 1, _hard);
        HostMath.SoftmaxRows(teacherLogits, classes, _temperature, _targets);
    }

    /// <summary>The reward of one instance under weights that sum to 1.</summary>
    public float Of(int instance, int label, ReadOnlySpan<float> weights)
    {
        Array.Clear(_mixture);
        for (int k = 0; k < teachers; k++)
            if (weights[k] > 0)
                HostMath.AddScaled(_mixture, weights[k], _targets.AsSpan(((k * _batch) + instance) * classes, classes));

        int at = instance * classes;
        for (int c = 0; c < classes; c++)
        {
            float gradient = (_alpha * _temperature * (_soft[at + c] - _mixture[c])) + ((1 - _alpha) * (_hard[at + c] - (c == label ? 1 : 0)));
            _moved[c] = _student[at + c] - (StepSize * gradient);
        }

        float reward = -HostMath.CrossEntropy(_moved, label);
        return withDistillation ? reward - Distillation() : reward;
    }

    private float Distillation()
    {
        HostMath.SoftmaxRows(_moved, classes, _temperature, _movedSoft);
        float divergence = 0;
        for (int c = 0; c < classes; c++)
            if (_mixture[c] > 0)
                divergence += _mixture[c] * MathF.Log(_mixture[c] / MathF.Max(_movedSoft[c], 1e-37f));
        return _temperature * _temperature * divergence;
    }
}
