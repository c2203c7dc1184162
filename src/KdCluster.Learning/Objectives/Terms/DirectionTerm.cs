using KdCluster.Learning.Objectives.Layers;
using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Terms;

/// <summary>
/// √(dᵀ·(cov(d) + λ·1)⁻¹·d), d an instance's row of the difference between the cosines of the batch's logits in student and teacher, cov over the batch's rows: the direction term of streamlined distillation, Jeong et al.,
/// CVPR 2026; torchdistill's <c>SKDDirectionLoss</c> [V]. It depends on who is in the batch, as the method wants; a batch of one has no relation, and no loss.
/// </summary>
internal sealed class DirectionTerm(double ridge) : IObjectiveTerm
{
    public TeacherMix Mix => TeacherMix.Separate;

    public Tensor Evaluate(TermInput input)
    {
        Tensor d = LayerMath.Cosines(input.Student).unsqueeze(0).sub(LayerMath.Cosines(input.Teacher!));   // [teachers, batch, batch]
        long batch = d.shape[^1];
        Tensor centred = d.sub(d.mean([-2L], keepdim: true)), across = d.transpose(-2, -1);
        Tensor covariance = matmul(centred.transpose(-2, -1), centred).Over(Math.Max(batch - 1, 1)).Plus(eye(batch, dtype: d.dtype, device: d.device).Times(ridge));
        return LayerMath.Root(across.mul(linalg.solve(covariance, across)).sum(dim: -2));
    }
}
