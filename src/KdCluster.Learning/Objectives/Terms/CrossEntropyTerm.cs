using KdCluster.Learning.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Objectives.Terms;

/// <summary>
/// −Σ_c y_c·log q_c at temperature 1. With smoothing ε the label y becomes (1−ε)·y + ε·(1−y)/(C−1), so that of a hard label the class gets 1−ε and each other ε/(C−1):
/// the form of arXiv 2006.05065 (others give ε/C to all classes, the label's too).
/// </summary>
internal sealed class CrossEntropyTerm(double smoothing) : IObjectiveTerm
{
    public TeacherMix Mix => TeacherMix.None;

    public bool NeedsLabels => true;

    public Tensor Evaluate(TermInput input)
    {
        var labels = input.Labels;
        if (smoothing > 0)
        {
            double other = smoothing / (labels.shape[1] - 1);
            labels = labels.Times(1 - smoothing - other).PlusInPlace(other);
        }

        return log_softmax(input.Student, -1).mul(labels).sum(dim: -1).neg();
    }
}
