using KdCluster.Learning.Data;
using static TorchSharp.torch;

namespace KdCluster.Learning.Weightings;

/// <summary>A fixed rule that looks at each instance by itself: at what the teachers say of it, and at its label.</summary>
internal abstract class InstanceRuleWeighting(WeightingSetup setup) : FixedRuleWeighting(setup.Teachers)
{
    public sealed override Tensor Weigh(WeightingState state)
    {
        int batch = state.Labels.Length;
        var weights = new float[batch * setup.Teachers];
        Span<float> measures = stackalloc float[setup.Teachers];
        for (int i = 0; i < batch; i++)
        {
            Span<float> row = weights.AsSpan(i * setup.Teachers, setup.Teachers);
            if (NeedsLabel && state.Labels[i] == EncodedSplit.NoLabel)
            {
                row.Fill(1f / setup.Teachers);
                continue;
            }

            for (int k = 0; k < setup.Teachers; k++)
                measures[k] = Measure(state.Targets.Logits.AsSpan(((k * batch) + i) * setup.Classes, setup.Classes), state, i);
            Weigh(measures, row);
        }

        Last = weights;
        Totals.Add(weights);
        return tensor(weights, [batch, setup.Teachers], device: state.Device);
    }

    /// <summary>Whether the rule means nothing without a label: all teachers count alike on such an instance.</summary>
    protected abstract bool NeedsLabel { get; }

    /// <summary>What the rule looks at of one teacher; less is better.</summary>
    /// <param name="logits">What the teacher says: [classes], of a regression [1].</param>
    /// <param name="state">The batch.</param>
    /// <param name="instance">Which of it.</param>
    protected abstract float Measure(ReadOnlySpan<float> logits, WeightingState state, int instance);

    /// <summary>The weights of one instance, which sum to 1.</summary>
    /// <param name="measures">One per teacher.</param>
    /// <param name="row">One per teacher; all 0 before.</param>
    protected abstract void Weigh(ReadOnlySpan<float> measures, Span<float> row);
}
