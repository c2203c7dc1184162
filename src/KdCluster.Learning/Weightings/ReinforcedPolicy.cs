using KdCluster.Learning.Data;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.Weightings;

namespace KdCluster.Learning.Weightings;

/// <summary>
/// A learned selection of teachers per instance: reinforced multi-teacher selection, arXiv 2012.06048 (AAAI 2021); policy and the exact mix of rewards recalled,
/// not checked [M]. State F_k = [R(x); p_k(x); CE_k(x, y)], policy π(a_k=1|F_k) = σ(A_k·F_k + b_k), target the mean over the chosen teachers.
/// At an episode's end θ ← θ + β·Σ (r − baseline)/σ_r·Σ_k ∇log π(a_k|F_k) + λ·∇H (REINFORCE); a step longer than <see cref="LongestStep"/> is shortened to it.
/// Actions are always sampled for learning; with mode <c>expectation</c> the student gets σ/Σσ instead of the sample.
/// Rewards: <see cref="LookAheadReward"/>; <c>r3</c> = γ·r2 + (1−γ)·(validation accuracy). An instance without a label has no reward, and nothing is learned of it.
/// </summary>
internal sealed class ReinforcedPolicy : IPolicy
{
    public const string WeightingName = "reinforced";
    public const double LongestStep = 1;
    private const string Parameters = "policy";

    private readonly WeightingSetup _setup;
    private readonly WeightingSpec _spec;
    private readonly PolicyFeatures _features;
    private readonly PolicyGradient _gradient;
    private readonly LookAheadReward _reward;
    private readonly RewardBaseline _baseline = new();
    private readonly WeightTotals _totals;
    private PolicyBatch? _batch;
    private float[] _logits = [];
    private bool[] _actions = [];
    private float[] _chosen = [];
    private float[] _uniform = [];
    private float[] _own = [];
    private float[] _plain = [];
    private int _batches;
    private bool _frozen;

    /// <param name="setup">What it is made for.</param>
    /// <param name="gap">What it sees of the student beside; null: it sees the teachers alone.</param>
    public ReinforcedPolicy(WeightingSetup setup, StudentGap? gap = null)
    {
        _setup = setup;
        _spec = setup.Weighting;
        Check(_spec);
        _features = new PolicyFeatures(setup.Teachers, setup.Classes, setup.EmbeddingWidth, gap);
        _gradient = new PolicyGradient(setup.Teachers, _features.Width);
        _reward = new LookAheadReward(setup.Objective, _spec.Reward != "r1", setup.Teachers, setup.Classes);
        _totals = new WeightTotals(setup.Teachers);
        Selection = new SelectionPolicy(setup.Teachers, _features.Width);
    }

    public SelectionPolicy Selection { get; }

    public WeightStatistics Statistics => _totals.Statistics;

    public IReadOnlyList<string> Learned => [Parameters];

    /// <exception cref="KdException"><c>KD1222</c>: an option's value is unknown.</exception>
    public static void Check(WeightingSpec spec)
    {
        if (spec.Reward is not ("r1" or "r2" or "r3"))
            throw new KdException("KD1222", $"there is no reward '{spec.Reward}'.", "weighting.reward", "Use r1, r2 or r3.");
        if (spec.Mode is not ("sample" or "expectation"))
            throw new KdException("KD1222", $"there is no mode '{spec.Mode}'.", "weighting.mode", "Use sample or expectation.");
    }

    /// <summary>The log-odds of each teacher on an instance of the batch weighed last.</summary>
    public ReadOnlySpan<float> LogitsOf(int instance) => _logits.AsSpan(instance * _setup.Teachers, _setup.Teachers);

    public PolicyWeights Weigh(PolicyBatch batch)
    {
        _batch = batch;
        float[] expected = Expect(batch);
        int k = _setup.Teachers;
        float[] weights = expected;
        if (!_frozen)
            Act(batch);
        if (!_frozen && _spec.Mode == "sample")
        {
            weights = new float[expected.Length];
            for (int i = 0; i < batch.Labels.Length; i++)
                SelectionPolicy.Select(_actions.AsSpan(i * k, k), _logits.AsSpan(i * k, k), weights.AsSpan(i * k, k));
        }

        _totals.Add(weights, expected);
        return new PolicyWeights(weights, expected, Statistics);
    }

    public float[] Expect(PolicyBatch batch)
    {
        _features.Read(batch);
        int k = _setup.Teachers;
        int needed = batch.Labels.Length * k;
        if (_logits.Length < needed)
            Grow(needed);
        var expected = new float[needed];
        for (int i = 0; i < batch.Labels.Length; i++)
        {
            for (int j = 0; j < k; j++)
                _logits[(i * k) + j] = Selection.Logit(j, _features.Of(i, j));
            SelectionPolicy.Expect(_logits.AsSpan(i * k, k), expected.AsSpan(i * k, k));
        }

        return expected;
    }

    public double Learn(PolicyFeedback feedback)
    {
        if (_frozen)
            return double.NaN;
        PolicyBatch batch = _batch ?? throw new InvalidOperationException("a policy learns from the batch that it has weighed, and it has weighed none");
        int k = _setup.Teachers;
        double gamma = _spec.Reward == "r3" ? _spec.Gamma : 1;
        _reward.Read(feedback.StudentLogits, batch.TeacherLogits);
        int count = batch.Labels.Length;
        for (int i = 0; i < count; i++)
            SelectionPolicy.Select(_actions.AsSpan(i * k, k), _logits.AsSpan(i * k, k), _chosen.AsSpan(i * k, k));
        _reward.Of(_chosen, batch.Labels, _own);
        _reward.Of(_uniform, batch.Labels, _plain);
        double sum = 0;
        int rewarded = 0;
        for (int i = 0; i < count; i++)
        {
            // Nobody can say of a choice what it was worth where there is no label.
            if (batch.Labels[i] == EncodedSplit.NoLabel)
                continue;
            rewarded++;
            double own = _own[i];
            double gain = (gamma * (own - _plain[i])) + ((1 - gamma) * feedback.ValidationAccuracy);
            sum += (gamma * own) + ((1 - gamma) * feedback.ValidationAccuracy);
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
        return rewarded == 0 ? double.NaN : sum / rewarded;
    }

    public void Freeze() => _frozen = true;

    public Dictionary<string, double[]> StateDict()
    {
        var state = new Dictionary<string, double[]>
        {
            [Parameters] = StateArrays.Widen(Selection.Parameters),
            ["batches"] = [_batches],
        };
        _gradient.Save(state);
        _baseline.Save(state);
        _totals.Save(state);
        return state;
    }

    public void Load(IReadOnlyDictionary<string, double[]> state)
    {
        StateArrays.Read(state, Parameters, Selection.Parameters.AsSpan());
        _batches = (int)StateArrays.Read(state, "batches");
        _gradient.Load(state);
        _baseline.Load(state);
        _totals.Load(state);
    }

    // A draw depends on (seed, tick, row, teacher) alone.
    private void Act(PolicyBatch batch)
    {
        int k = _setup.Teachers;
        for (int i = 0; i < batch.Labels.Length; i++)
        {
            for (int j = 0; j < k; j++)
            {
                double draw = CounterRandom.Unit(_setup.Seed, RandomStream.Action, batch.Tick, ((long)batch.Rows[i] * k) + j);
                _actions[(i * k) + j] = draw < SelectionPolicy.Probability(_logits[(i * k) + j]);
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
        _batches = 0;
        if (_baseline.IsEmpty)
            return;
        var (baseline, deviation) = _baseline.Close();
        float[] step = _gradient.Total(baseline, deviation, _spec.Entropy);
        double length = _spec.LearningRate * Math.Sqrt(HostMath.Dot(step, step));
        double scale = length > LongestStep ? _spec.LearningRate * LongestStep / length : _spec.LearningRate;
        HostMath.AddScaled(Selection.Parameters, (float)scale, step);
        _gradient.Clear();
    }
}
