using KdCluster.Learning.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Objectives.Terms;

/// <summary>
/// −Σ_c p_c·log q_c, p the mixed teachers at their temperature, q the student at its own, without T². With the student at 1 it is the soft loss of self-distillation (arXiv 2006.05065, the authors'
/// <c>train_sitillation.py</c> [V]); with one temperature for both, TextBrewer's <c>ce</c> [V].
/// </summary>
internal sealed class SoftCrossEntropyTerm(double temperature, double studentTemperature) : IObjectiveTerm
{
    public TeacherMix Mix => TeacherMix.Probabilities;

    public double Temperature => temperature;

    public Tensor Evaluate(TermInput input) => log_softmax(input.Student.Over(studentTemperature), -1).mul(input.Teacher!).sum(dim: -1).neg();
}
