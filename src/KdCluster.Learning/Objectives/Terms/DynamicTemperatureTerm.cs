using KdCluster.Learning.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Objectives.Terms;

/// <summary>
/// T_i²·KL(p_k(T_i)‖q(T_i)), each instance at a temperature of its own, T_i = T + β·(mean_j w_j − w_i): the harder an instance is, the lower its temperature. Dynamic temperature distillation, Wen et al., arXiv 1911.07471;
/// TextBrewer's <c>flsw</c> and <c>cwsm</c> [V], whose losses have no T². w is a constant of the student. T_i is never below T or 1, whichever is less.
/// </summary>
internal sealed class DynamicTemperatureTerm : IObjectiveTerm
{
    private readonly double _temperature;
    private readonly double _beta;
    private readonly Func<Tensor, Tensor, Tensor> _hardness;

    private DynamicTemperatureTerm(double temperature, double beta, Func<Tensor, Tensor, Tensor> hardness) => (_temperature, _beta, _hardness) = (temperature, beta, hardness);

    public TeacherMix Mix => TeacherMix.Separate;

    /// <summary>w = (1 − cos(s, z_k))^γ, each norm 10⁻⁴ longer: hard is what student and teacher see differently.</summary>
    public static DynamicTemperatureTerm ByDistance(double temperature, double beta, double gamma) =>
        new(temperature, beta, (s, z) => Shortened(s).mul(Shortened(z)).sum(dim: -1).neg().Plus(1).AtLeast(0).ToThe(gamma));

    /// <summary>w = 1/(max_c q_c + 10⁻³), q at temperature 1: hard is what the student is not sure of.</summary>
    public static DynamicTemperatureTerm ByConfidence(double temperature, double beta) =>
        new(temperature, beta, (s, _) => softmax(s, -1).amax([-1L]).Plus(1e-3).reciprocal());

    public Tensor Evaluate(TermInput input)
    {
        Tensor student = input.Student.unsqueeze(0), temperatures = Temperatures(student.detach(), input.Teacher!).unsqueeze(-1);   // [teachers or 1, batch, 1]
        Tensor p = softmax(input.Teacher!.div(temperatures), -1), logQ = log_softmax(student.div(temperatures), -1);
        return DivergenceTerm.Divergence(p, logQ).mul(temperatures.squeeze(-1).Squared());
    }

    private Tensor Temperatures(Tensor student, Tensor teacher)
    {
        using var off = no_grad();
        Tensor hardness = _hardness(student, teacher);
        return hardness.mean([-1L], keepdim: true).sub(hardness).Times(_beta).Plus(_temperature).AtLeast(Math.Min(_temperature, 1));
    }

    private static Tensor Shortened(Tensor logits) => logits.div(logits.Squared().sum(dim: -1, keepdim: true).sqrt().Plus(1e-4));
}
