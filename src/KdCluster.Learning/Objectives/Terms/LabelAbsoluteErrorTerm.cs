using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Terms;

/// <summary>|s − y|, y the score that the row is labelled with, in its unit: rows far off count less than by <see cref="LabelSquaredErrorTerm"/>.</summary>
internal sealed class LabelAbsoluteErrorTerm : IObjectiveTerm
{
    public TeacherMix Mix => TeacherMix.None;

    public bool NeedsLabels => true;

    public Tensor Evaluate(TermInput input) => input.Student.sub(input.Labels).abs().mean([-1L]);
}
