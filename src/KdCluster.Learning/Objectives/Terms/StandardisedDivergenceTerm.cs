using KdCluster.Learning.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Objectives.Terms;

/// <summary>
/// T²·KL(p_k‖q) at temperature T, logits first standardised over the classes, (z − mean)/(deviation + 10⁻⁷) with the unbiased deviation: Sun et al., arXiv 2403.01427; torchdistill's <c>LogitStdKDLoss</c> [V], which leaves
/// out T² where it has no labels.
/// </summary>
internal sealed class StandardisedDivergenceTerm(double temperature) : IObjectiveTerm
{
    public TeacherMix Mix => TeacherMix.Separate;

    public Tensor Evaluate(TermInput input)
    {
        var logQ = log_softmax(Standardised(input.Student).Over(temperature), -1).unsqueeze(0);
        return DivergenceTerm.Divergence(softmax(Standardised(input.Teacher!).Over(temperature), -1), logQ).Times(temperature * temperature);
    }

    // Of the mean square rather than by std, whose gradient is NaN where all logits are one number.
    private static Tensor Standardised(Tensor logits)
    {
        var centred = logits.sub(logits.mean([-1L], keepdim: true));
        var square = centred.Squared().sum(dim: -1, keepdim: true).Over(Math.Max(logits.shape[^1] - 1, 1));
        return centred.div(square.AtLeast(1e-14).sqrt().Plus(1e-7));
    }
}
