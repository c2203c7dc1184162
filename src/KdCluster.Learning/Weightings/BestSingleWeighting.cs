using KdCluster.Learning.Data;
using static TorchSharp.torch;

namespace KdCluster.Learning.Weightings;

/// <summary>Per instance, the teacher with the lowest cross-entropy on the label, of a regression with the lowest |t − y|; the first of equals; all alike on an instance without a label (Best-Single of arXiv 2012.06048 [S]): the oracle on training rows.</summary>
internal sealed class BestSingleWeighting(WeightingSetup setup) : FixedRuleWeighting(setup.Teachers)
{
    public const string WeightingName = "best-single";

    public override string Name => WeightingName;

    public override Tensor Weigh(WeightingState state)
    {
        int batch = state.Labels.Length;
        var weights = new float[batch * setup.Teachers];
        for (int i = 0; i < batch; i++)
        {
            if (state.Labels[i] == EncodedSplit.NoLabel)
                weights.AsSpan(i * setup.Teachers, setup.Teachers).Fill(1f / setup.Teachers);
            else
                weights[(i * setup.Teachers) + Best(state, i, batch)] = 1;
        }
        Last = weights;
        Totals.Add(weights);
        return tensor(weights, [batch, setup.Teachers], device: state.Device);
    }

    private int Best(WeightingState state, int instance, int batch)
    {
        int best = 0;
        float lowest = float.PositiveInfinity;
        for (int k = 0; k < setup.Teachers; k++)
        {
            var logits = state.Targets.Logits.AsSpan(((k * batch) + instance) * setup.Classes, setup.Classes);
            float loss = state.Scores is { } scores ? MathF.Abs(logits[0] - scores[instance]) : HostMath.CrossEntropy(logits, state.Labels[instance]);
            if (loss < lowest)
                (best, lowest) = (k, loss);
        }

        return best;
    }
}
