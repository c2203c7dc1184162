using KdCluster.Learning.Torch;
using KdCluster.Recipes;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Objectives;

/// <summary>
/// L = α·T²·KL(p‖q) + (1−α)·(−log q_y(1)), q = softmax(s/T): Hinton et al., arXiv 1503.02531, section 2. The teachers are mixed before the
/// loss, p = Σ_k w_k·softmax(z_k/T), so that any number of them costs one loss: Σ_k w_k·CE(p_k, q) = CE(Σ_k w_k·p_k, q).
/// What is differentiated is the cross-entropy form; p's entropy, a constant of the student, is taken off when the value is read.
/// </summary>
internal sealed class DistillationObjective(ObjectiveSpec spec) : IObjective
{
    public const string ObjectiveName = "distillation";

    private readonly double _temperature = spec.Temperature;
    private readonly double _alpha = spec.Alpha;
    private readonly HostDistillation _host = new(spec.Temperature, spec.Alpha);

    public string Name => ObjectiveName;

    public bool NeedsTeachers => true;

    public ObjectiveValue Evaluate(ObjectiveInput input)
    {
        if (input.TeacherLogits is null || input.Weights is null)
            throw new ArgumentException("the distillation objective needs teacher logits and weights", nameof(input));
        if (input.Logits.device.type == DeviceType.CPU && input.Logits.is_contiguous())
            return _host.Evaluate(input.Logits, input.Labels, input.TeacherLogits, input.Weights);

        var p = Mix(input.TeacherLogits, input.Weights, _temperature);
        double square = _temperature * _temperature;
        double perInstance = square / input.Labels.shape[0];
        var logQ = log_softmax(input.Logits.Over(_temperature), -1);
        var soft = p.mul(logQ).sum();     // −batch·CE(p, q)
        var hard = cross_entropy(input.Logits, input.Labels);
        var loss = soft.Times(-_alpha * perInstance).Plus(hard.Times(1 - _alpha));

        return new ObjectiveValue(loss, () =>
        {
            using var _ = no_grad();
            double negativeEntropy = NegativeEntropy(p).sum().item<float>();
            double distillation = perInstance * Math.Max(negativeEntropy - soft.item<float>(), 0);
            double crossEntropy = hard.item<float>();
            return new ObjectiveParts((_alpha * distillation) + ((1 - _alpha) * crossEntropy), crossEntropy, distillation);
        });
    }

    /// <summary>p = Σ_k w_k·softmax(z_k/T): [batch, classes].</summary>
    /// <param name="teacherLogits">[teachers, batch, classes].</param>
    /// <param name="weights">[batch, teachers].</param>
    /// <param name="temperature">T.</param>
    public static Tensor Mix(Tensor teacherLogits, Tensor weights, double temperature)
    {
        using var _ = no_grad();
        var each = softmax(teacherLogits.Over(temperature), -1);             // [teachers, batch, classes]
        return each.mul(weights.t().unsqueeze(-1)).sum(dim: 0);     // named: a bare 0 means ScalarType.Byte
    }

    // p·log p with 0·log 0 = 0; p is a float softmax, so that only an underflow is 0.
    private static Tensor NegativeEntropy(Tensor p) => p.mul(p.AtLeast(1e-37).log());
}
