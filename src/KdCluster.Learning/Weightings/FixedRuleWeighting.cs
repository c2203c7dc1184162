using KdCluster.Weightings;
using static TorchSharp.torch;

namespace KdCluster.Learning.Weightings;

/// <summary>What weightings that do not learn have in common: statistics are their only state.</summary>
internal abstract class FixedRuleWeighting(int teachers) : IWeighting
{
    protected WeightTotals Totals { get; } = new(teachers);

    protected float[] Last { get; set; } = [];

    public ReadOnlySpan<float> Given => Last;

    public abstract string Name { get; }

    public bool NeedsEmbedding => false;

    public virtual bool SeesAnswers => true;

    public bool Learns => false;

    public WeightStatistics Statistics => Totals.Statistics;

    public abstract Tensor Weigh(WeightingState state);

    public double Learn(WeightingFeedback feedback, bool read = true) => double.NaN;

    public IReadOnlyDictionary<string, double[]> StateDict()
    {
        var state = new Dictionary<string, double[]>();
        Totals.Save(state);
        return state;
    }

    public void Load(IReadOnlyDictionary<string, double[]> state) => Totals.Load(state);
}
