using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives;

/// <summary>Teachers whose likeliest class is not the label are set right: its logit and the label's change places. Wen et al., arXiv 1911.07471; TextBrewer's <c>probability_shift</c> [V].</summary>
internal static class ProbabilityShift
{
    /// <param name="logits">[teachers, batch, classes].</param>
    /// <param name="labels">Class numbers, int64: [batch].</param>
    public static Tensor Of(Tensor logits, Tensor labels)
    {
        Tensor likeliest = logits.argmax(-1, keepdim: true), label = labels.reshape(1, -1, 1).expand(logits.shape[0], -1, 1);
        Tensor highest = logits.gather(-1, likeliest), given = logits.gather(-1, label);
        return logits.scatter(-1, likeliest, given).scatter(-1, label, highest);
    }
}
