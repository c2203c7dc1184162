using KdCluster.Weightings;

namespace KdCluster.Learning.Weightings;

/// <summary>Adds up the weights given, for <see cref="WeightStatistics"/>.</summary>
internal sealed class WeightTotals(int teachers)
{
    private readonly double[] _weight = new double[teachers];
    private readonly double[] _selected = new double[teachers];
    private readonly double[] _variance = new double[teachers];
    private double _entropy;
    private double _instances;

    public WeightStatistics Statistics
    {
        get
        {
            double n = Math.Max(_instances, 1);
            return new WeightStatistics((long)_instances, [.. _weight.Select(w => w / n)], [.. _variance.Select(v => Math.Sqrt(v / n))], [.. _selected.Select(s => s / n)], _entropy / n);
        }
    }

    /// <summary>Adds a batch: [batch, teachers] flattened.</summary>
    public void Add(ReadOnlySpan<float> weights) => Add(weights, weights);

    /// <summary>Adds a batch of weights that were drawn: [batch, teachers] flattened.</summary>
    /// <param name="weights">As drawn.</param>
    /// <param name="expected">What they are on average, so that the spread holds what the weighting makes of an instance and not the luck of the draw.</param>
    public void Add(ReadOnlySpan<float> weights, ReadOnlySpan<float> expected)
    {
        AddVariance(expected);
        for (int at = 0; at < weights.Length; at += teachers)
        {
            for (int k = 0; k < teachers; k++)
            {
                float w = weights[at + k];
                if (w <= 0)
                    continue;
                _weight[k] += w;
                _selected[k]++;
                if (w < 1)
                    _entropy -= w * Math.Log(w);
            }
        }

        _instances += weights.Length / teachers;
    }

    /// <summary>Adds a batch whose instances all have the same weights.</summary>
    public void Add(ReadOnlySpan<float> row, int instances)
    {
        double entropy = 0;
        for (int k = 0; k < teachers; k++)
        {
            double w = row[k];
            if (w <= 0)
                continue;
            _weight[k] += w * instances;
            _selected[k] += instances;
            entropy -= w * Math.Log(w);
        }

        _entropy += entropy * instances;
        _instances += instances;
    }

    private void AddVariance(ReadOnlySpan<float> expected)
    {
        int batch = expected.Length / teachers;
        for (int k = 0; k < teachers; k++)
        {
            double sum = 0, squares = 0;
            for (int at = k; at < expected.Length; at += teachers)
                sum += expected[at];
            double mean = sum / batch;
            for (int at = k; at < expected.Length; at += teachers)
                squares += (expected[at] - mean) * (expected[at] - mean);
            _variance[k] += squares;
        }
    }

    public void Save(Dictionary<string, double[]> state)
    {
        state["statistics.weight"] = [.. _weight];
        state["statistics.selected"] = [.. _selected];
        state["statistics.variance"] = [.. _variance];
        state["statistics.entropy"] = [_entropy];
        state["statistics.instances"] = [_instances];
    }

    public void Load(IReadOnlyDictionary<string, double[]> state)
    {
        StateArrays.Read(state, "statistics.weight", _weight);
        StateArrays.Read(state, "statistics.selected", _selected);
        // Checkpoints of version 0.1 lack it.
        if (state.ContainsKey("statistics.variance"))
            StateArrays.Read(state, "statistics.variance", _variance);
        else
            Array.Fill(_variance, double.NaN);
        _entropy = StateArrays.Read(state, "statistics.entropy");
        _instances = StateArrays.Read(state, "statistics.instances");
    }
}
