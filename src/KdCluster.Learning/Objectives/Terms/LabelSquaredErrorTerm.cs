using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Terms;

/// <summary>(s − y)², y the score that the row is labelled with, in the square of its unit: how a regression learns from labels.</summary>
internal sealed class LabelSquaredErrorTerm : IObjectiveTerm
{
    public TeacherMix Mix => TeacherMix.None;

    public bool NeedsLabels => true;

    public Tensor Evaluate(TermInput input) => input.Student.sub(input.Labels).Squared().mean([-1L]);
}
