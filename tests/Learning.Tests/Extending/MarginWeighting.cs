using KdCluster.Learning.Metrics;
using static TorchSharp.torch;

namespace KdCluster.Learning.Weightings;

/// <summary>w_k ∝ p_k(first) − p_k(second): a teacher counts for as much as its likeliest class is ahead of the next; where none is ahead, all count equally.</summary>
internal sealed class MarginWeighting(WeightingSetup setup) : FixedRuleWeighting(setup.Teachers)
{
    public const string WeightingName = "margin";

    public override string Name => WeightingName;

    public override Tensor Weigh(WeightingState state)
    {
        int batch = state.Labels.Length;
        var weights = new float[batch * setup.Teachers];
        for (int i = 0; i < batch; i++)
        {
            double[] margins = [.. Enumerable.Range(0, setup.Teachers).Select(k => Margin(state.Targets.Logits.AsSpan(((k * batch) + i) * setup.Classes, setup.Classes)))];
            double sum = margins.Sum();
            for (int k = 0; k < setup.Teachers; k++)
                weights[(i * setup.Teachers) + k] = (float)(sum > 0 ? margins[k] / sum : 1.0 / setup.Teachers);
        }

        Last = weights;
        Totals.Add(weights);
        return tensor(weights, [batch, setup.Teachers], device: state.Device);
    }

    private static double Margin(ReadOnlySpan<float> logits)
    {
        double total = Softmax.Of(logits).LogSum;
        double[] likeliest = [.. logits.ToArray().Select(z => Math.Exp(z - total)).OrderDescending().Take(2)];
        return likeliest[0] - likeliest[1];
    }
}
