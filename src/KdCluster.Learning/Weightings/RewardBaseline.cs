namespace KdCluster.Learning.Weightings;

/// <summary>
/// Centres and scales rewards: a moving average over episodes is the baseline, a moving variance about it the scale. An episode is compared with the baseline of
/// those before it, so that the estimate stays unbiased; the first one is compared with its own mean.
/// </summary>
internal sealed class RewardBaseline
{
    private const double Keep = 0.9;

    private double _mean;
    private double _variance;
    private double _episodes;
    private double _sum;
    private double _squares;
    private double _count;

    /// <summary>Whether the episode has no reward yet.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Adds one instance's reward.</summary>
    public void Add(double reward)
    {
        _sum += reward;
        _squares += reward * reward;
        _count++;
    }

    /// <summary>Ends an episode that has rewards.</summary>
    /// <returns>The baseline and the deviation to use on it; the deviation is above 0.</returns>
    public (double Baseline, double Deviation) Close()
    {
        double mean = _sum / _count;
        double baseline = _episodes == 0 ? mean : _mean;
        double variance = Math.Max((_squares / _count) - (2 * baseline * mean) + (baseline * baseline), 0);
        _variance = _episodes == 0 ? variance : (Keep * _variance) + ((1 - Keep) * variance);
        _mean = _episodes == 0 ? mean : (Keep * _mean) + ((1 - Keep) * mean);
        _episodes++;
        _sum = _squares = _count = 0;
        return (baseline, Math.Sqrt(Math.Max(_variance, 1e-12)));
    }

    public void Save(Dictionary<string, double[]> state) => state["baseline"] = [_mean, _variance, _episodes, _sum, _squares, _count];

    public void Load(IReadOnlyDictionary<string, double[]> state)
    {
        Span<double> saved = stackalloc double[6];
        StateArrays.Read(state, "baseline", saved);
        (_mean, _variance, _episodes, _sum, _squares, _count) = (saved[0], saved[1], saved[2], saved[3], saved[4], saved[5]);
    }
}
