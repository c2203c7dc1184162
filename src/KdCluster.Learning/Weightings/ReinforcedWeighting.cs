using KdCluster.Learning.Training;
using KdCluster.Recipes;
using static TorchSharp.torch;

namespace KdCluster.Learning.Weightings;

/// <summary>
/// A learned selection of teachers per instance: reinforced multi-teacher selection, arXiv 2012.06048 (AAAI 2021); policy and the exact mix of rewards recalled,
/// not checked [M]. State F_k = [R(x); p_k(x); CE_k(x, y)], policy π(a_k=1|F_k) = σ(A_k·F_k + b_k), target the mean over the chosen teachers.
/// At an episode's end θ ← θ + β·Σ (r − baseline)/σ_r·Σ_k ∇log π(a_k|F_k) + λ·∇H (REINFORCE); a step longer than <see cref="LongestStep"/> is shortened to it.
/// Actions are always sampled for learning; with mode <c>expectation</c> the student gets σ/Σσ instead of the sample.
/// Rewards: <see cref="LookAheadReward"/>; <c>r3</c> = γ·r2 + (1−γ)·(validation accuracy).
/// </summary>
internal sealed class ReinforcedWeighting : IWeighting
{
    public const string WeightingName = "reinforced";
    public const double LongestStep = 1;

    private readonly WeightingSetup _setup;
    private readonly WeightingSpec _spec;
    private readonly PolicyFeatures _features;
    private readonly PolicyGradient _gradient;
    private readonly LookAheadReward _reward;
    private readonly RewardBaseline _baseline = new();
    private readonly WeightTotals _ledger;
    private float[] _logits = [];
    private bool[] _actions = [];
    private float[] _chosen = [];
    private float[] _uniform = [];
    private float[] _own = [];
    private float[] _plain = [];
    private int _batches;

    public ReinforcedWeighting(WeightingSetup setup)
    {
        _setup = setup;
        _spec = setup.Weighting;
        if (_spec.Reward is not ("r1" or "r2" or "r3"))
            throw new KdException("KD1222", $"there is no reward '{_spec.Reward}'.", "weighting.reward", "Use r1, r2 or r3.");
        if (_spec.Mode is not ("sample" or "expectation"))
            throw new KdException("KD1222", $"there is no mode '{_spec.Mode}'.", "weighting.mode", "Use sample or expectation.");
        _features = new PolicyFeatures(setup.Teachers, setup.Classes, setup.EmbeddingWidth);
        _gradient = new PolicyGradient(setup.Teachers, _features.Width);
        _reward = new LookAheadReward(setup.Objective, _spec.Reward != "r1", setup.Teachers, setup.Classes);
        _ledger = new WeightTotals(setup.Teachers);
        Policy = new SelectionPolicy(setup.Teachers, _features.Width);
    }

    public SelectionPolicy Policy { get; }

    public string Name => WeightingName;

    public bool NeedsEmbedding => true;

    public bool Learns => true;

    public WeightStatistics Statistics => _ledger.Statistics;

    /// <summary>The log-odds of each teacher on an instance of the batch weighed last.</summary>
    public ReadOnlySpan<float> LogitsOf(int instance) => _logits.AsSpan(instance * _setup.Teachers, _setup.Teachers);

    public Tensor Weigh(WeightingState state)
    {
        _features.Read(state.Targets, state.Labels);
        Act(state);
        int batch = state.Labels.Length;
        int k = _setup.Teachers;
        var expected = new float[batch * k];
        for (int i = 0; i < batch; i++)
            SelectionPolicy.Expect(_logits.AsSpan(i * k, k), expected.AsSpan(i * k, k));
        float[] weights = expected;
        if (_spec.Mode == "sample")
        {
            weights = new float[batch * k];
            for (int i = 0; i < batch; i++)
                SelectionPolicy.Select(_actions.AsSpan(i * k, k), _logits.AsSpan(i * k, k), weights.AsSpan(i * k, k));
        }

        _ledger.Add(weights, expected);
        return tensor(weights, [batch, k], device: state.Device);
    }

    public double Learn(WeightingFeedback feedback)
    {
        var (state, accuracy) = feedback;
        int k = _setup.Teachers;
        double gamma = _spec.Reward == "r3" ? _spec.Gamma : 1;
        _reward.Read(HostArray.Of(state.StudentLogits), state.Targets.Logits);
        int batch = state.Labels.Length;
        for (int i = 0; i < batch; i++)
            SelectionPolicy.Select(_actions.AsSpan(i * k, k), _logits.AsSpan(i * k, k), _chosen.AsSpan(i * k, k));
        _reward.Of(_chosen, state.Labels, _own);
        _reward.Of(_uniform, state.Labels, _plain);
        double sum = 0;
        for (int i = 0; i < batch; i++)
        {
            double own = _own[i];
            double gain = (gamma * (own - _plain[i])) + ((1 - gamma) * accuracy);
            sum += (gamma * own) + ((1 - gamma) * accuracy);
            _baseline.Add(gain);
            for (int j = 0; j < k; j++)
            {
                _gradient.Add(j, _features.Of(i, j), _actions[(i * k) + j], _logits[(i * k) + j], (float)gain);
                if (_spec.Entropy != 0)
                    _gradient.AddEntropy(j, _features.Of(i, j), _logits[(i * k) + j]);
            }
        }

        if (++_batches >= _spec.Episode)
            EndEpisode();
        return sum / batch;
    }

    public IReadOnlyDictionary<string, double[]> StateDict()
    {
        var state = new Dictionary<string, double[]>
        {
            ["policy"] = StateArrays.Widen(Policy.Parameters),
            ["batches"] = [_batches],
        };
        _gradient.Save(state);
        _baseline.Save(state);
        _ledger.Save(state);
        return state;
    }

    public void Load(IReadOnlyDictionary<string, double[]> state)
    {
        StateArrays.Read(state, "policy", Policy.Parameters.AsSpan());
        _batches = (int)StateArrays.Read(state, "batches");
        _gradient.Load(state);
        _baseline.Load(state);
        _ledger.Load(state);
    }

    // A draw depends on (seed, tick, row, teacher) alone.
    private void Act(WeightingState state)
    {
        int k = _setup.Teachers;
        int needed = state.Labels.Length * k;
        if (_logits.Length < needed)
            Grow(needed);
        for (int i = 0; i < state.Labels.Length; i++)
        {
            for (int j = 0; j < k; j++)
            {
                float logit = _logits[(i * k) + j] = Policy.Logit(j, _features.Of(i, j));
                double draw = CounterRandom.Unit(_setup.Seed, RandomStream.Action, state.Tick, ((long)state.Targets.Instances[i] * k) + j);
                _actions[(i * k) + j] = draw < SelectionPolicy.Probability(logit);
            }
        }
    }

    private void Grow(int needed)
    {
        (_logits, _actions, _chosen, _uniform) = (new float[needed], new bool[needed], new float[needed], new float[needed]);
        (_own, _plain) = (new float[needed / _setup.Teachers], new float[needed / _setup.Teachers]);
        Array.Fill(_uniform, 1f / _setup.Teachers);
    }

    private void EndEpisode()
    {
        var (baseline, deviation) = _baseline.Close();
        float[] step = _gradient.Total(baseline, deviation, _spec.Entropy);
        double length = _spec.LearningRate * Math.Sqrt(HostMath.Dot(step, step));
        double scale = length > LongestStep ? _spec.LearningRate * LongestStep / length : _spec.LearningRate;
        HostMath.AddScaled(Policy.Parameters, (float)scale, step);
        _gradient.Clear();
        _batches = 0;
    }
}
