using KdCluster.Learning.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Objectives.Terms;

/// <summary>
/// T²·KL(q‖p_k) at temperature T, for each teacher: the student is drawn to where the teacher is sure (Gu et al., MiniLLM, arXiv 2306.08543, equation 1 [M]). Teachers are not mixed
/// before it: KL(q‖Σ w·p) is another number than Σ w·KL(q‖p).
/// </summary>
internal sealed class ReverseDivergenceTerm(double temperature) : IObjectiveTerm
{
    public TeacherMix Mix => TeacherMix.Separate;

    public Tensor Evaluate(TermInput input)
    {
        var logQ = log_softmax(input.Student.Over(temperature), -1).unsqueeze(0);
        var logP = log_softmax(input.Teacher!.Over(temperature), -1);
        return logQ.exp().mul(logQ.sub(logP)).sum(dim: -1).Times(temperature * temperature);
    }
}
