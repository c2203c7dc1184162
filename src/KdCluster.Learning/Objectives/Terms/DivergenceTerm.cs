using KdCluster.Learning.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Objectives.Terms;

/// <summary>T²·KL(p‖q), p the mixed teachers and q the student at temperature T: Hinton et al., arXiv 1503.02531, section 2. The T² keeps the gradient's scale.</summary>
internal sealed class DivergenceTerm(double temperature) : IObjectiveTerm
{
    public TeacherMix Mix => TeacherMix.Probabilities;

    public double Temperature => temperature;

    public Tensor Evaluate(TermInput input) =>
        Divergence(input.Teacher!, log_softmax(input.Student.Over(temperature), -1)).Times(temperature * temperature);

    /// <summary>KL(p‖q) = Σ p·(log p − log q) over the last dimension, with 0·log 0 = 0.</summary>
    public static Tensor Divergence(Tensor p, Tensor logQ) => p.mul(p.AtLeast(1e-37).log().sub(logQ)).sum(dim: -1);
}
