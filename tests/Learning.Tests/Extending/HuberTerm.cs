using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Terms;

/// <summary>Mean over the classes of Huber's loss of s − z: ½x² up to |x| = δ, δ·(|x| − ½δ) beyond (Huber, Annals of Mathematical Statistics 35, 1964). Outliers among the teachers' logits count less than with `mse`.</summary>
internal sealed class HuberTerm(double delta) : IObjectiveTerm
{
    // Not quadratic: the mean of several teachers' logits is not what they ask for together.
    public TeacherMix Mix => TeacherMix.Separate;

    public Tensor Evaluate(TermInput input)
    {
        Tensor distance = input.Student.unsqueeze(0).sub(input.Teacher!).abs();   // [teachers, batch, classes]
        Tensor near = distance.Between(0, delta);
        return near.Squared().Times(0.5).Plus(distance.sub(near).Times(delta)).mean([-1]);
    }
}
