using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Objectives.Terms;

/// <summary>−H(q) = Σ_c q_c·log q_c at temperature 1: Pereyra et al., arXiv 1701.06548, section 3.1 [M].</summary>
internal sealed class ConfidencePenaltyTerm : IObjectiveTerm
{
    public TeacherMix Mix => TeacherMix.None;

    public Tensor Evaluate(TermInput input)
    {
        var logQ = log_softmax(input.Student, -1);
        return logQ.exp().mul(logQ).sum(dim: -1);
    }
}
