using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives;

/// <summary>Teachers whose likeliest class is not the label are set right: its logit and the label's change places. Wen et al., arXiv 1911.07471; TextBrewer's <c>probability_shift</c> [V].</summary>
internal static class ProbabilityShift
{
    /// <param name="logits">[teachers, batch, classes].</param>
    /// <param name="labels">Class numbers, int64: [batch].</param>
    /// <param name="labelled">The places of the rows that have a label; null: all have. The others stay as they are.</param>
    public static Tensor Of(Tensor logits, Tensor labels, IReadOnlyList<int>? labelled = null)
    {
        if (labelled is not null)
        {
            Tensor rows = tensor([.. labelled.Select(r => (long)r)], device: logits.device);
            return labelled.Count == 0 ? logits : logits.index_copy(1, rows, Of(logits.index_select(1, rows), labels.index_select(0, rows)));
        }

        Tensor likeliest = logits.argmax(-1, keepdim: true), label = labels.reshape(1, -1, 1).expand(logits.shape[0], -1, 1);
        Tensor highest = logits.gather(-1, likeliest), given = logits.gather(-1, label);
        return logits.scatter(-1, likeliest, given).scatter(-1, label, highest);
    }
}
