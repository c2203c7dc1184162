using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Terms;

/// <summary>
/// Σ_c |s_c − z_c| for each teacher: the logit term of two-stage distillation for spoken language (arXiv 2010.13105, the authors' <c>finetuning.py</c> [V]). It sums over the classes, so that it counts more
/// the more there are; the mean of several teachers' logits is not what several teachers together ask for, so they are not mixed before.
/// </summary>
internal sealed class AbsoluteErrorTerm : IObjectiveTerm
{
    public TeacherMix Mix => TeacherMix.Separate;

    public Tensor Evaluate(TermInput input) => input.Student.unsqueeze(0).sub(input.Teacher!).abs().sum(dim: -1);
}
