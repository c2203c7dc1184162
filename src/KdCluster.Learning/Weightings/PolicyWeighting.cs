using KdCluster.SoftTargets;
using KdCluster.Weightings;
using static TorchSharp.torch;

namespace KdCluster.Learning.Weightings;

/// <summary>
/// The trainer's side of a policy: it asks the policy's host and keeps nothing of the policy itself. Requests go to the host in order, each when the one before is answered, and
/// the trainer's thread waits only for weights: they are asked for before the student's forward pass, and what the policy learns of a batch it learns while the student goes on. So
/// the policy sees the same calls in the same order as if every one were waited for.
/// </summary>
internal sealed class PolicyWeighting(string name, bool needsEmbedding, bool seesStudent, WeightingSetup setup, IPolicyHost host, IReadOnlyDictionary<string, double[]>? learned) : IWeighting
{
    private Task _last = Task.CompletedTask;
    private Task<PolicyWeights>? _asked;
    private long _tick;
    private WeightStatistics? _statistics;
    private float[] _given = [];

    public string Name => name;

    public bool NeedsEmbedding => needsEmbedding;

    public ReadOnlySpan<float> Given => _given;

    public bool Learns => !setup.Weighting.Freeze;

    public WeightStatistics Statistics
    {
        get
        {
            Begin();
            return _statistics!;
        }
    }

    public void Prepare(long tick, SoftTargetBatch targets, int[] labels)
    {
        if (!seesStudent)
            Ask(new PolicyBatch(tick, targets.Instances, labels, targets.Logits, targets.Embedding));
    }

    public Tensor Weigh(WeightingState state)
    {
        if (_asked is null || _tick != state.Tick)
        {
            PolicyBatch batch = new(state.Tick, state.Targets.Instances, state.Labels, state.Targets.Logits, state.Targets.Embedding);
            Ask(seesStudent ? batch with { StudentLogits = HostArray.Of(state.StudentLogits), Cosines = state.Cosines is { } cosines ? HostArray.Of(cosines) : [] } : batch);
        }

        PolicyWeights weights = Wait(_asked!);
        _asked = null;
        (_statistics, _given) = (weights.Statistics, weights.Expected);
        return tensor(weights.Weights, [state.Labels.Length, setup.Teachers], device: state.Device);
    }

    public double Learn(WeightingFeedback feedback, bool read = true)
    {
        float[] logits = HostArray.Of(feedback.State.StudentLogits);
        Task<double> learning = After(() => host.LearnAsync(new PolicyFeedback(logits, feedback.ValidationAccuracy)));
        return read ? Wait(learning) : double.NaN;
    }

    public IReadOnlyDictionary<string, double[]> StateDict()
    {
        Begin();
        PolicyState state = Wait(After(host.StateAsync));
        _statistics = state.Statistics;
        return state.Arrays;
    }

    public void Load(IReadOnlyDictionary<string, double[]> state) => Begin(state);

    private void Ask(PolicyBatch batch)
    {
        Begin();
        _tick = batch.Tick;
        _asked = After(() => host.WeighAsync(batch));
    }

    private void Begin()
    {
        if (_statistics is null)
            Begin(null);
    }

    private void Begin(IReadOnlyDictionary<string, double[]>? state)
    {
        _asked = null;
        _statistics = Wait(After(() => host.BeginAsync(setup, state, learned)));
        if (setup.Weighting.Freeze)
            host.FreezeAsync().GetAwaiter().GetResult();
    }

    private Task<T> After<T>(Func<Task<T>> call)
    {
        Task<T> task = _last.IsCompletedSuccessfully ? call() : AfterAsync(_last, call);
        _last = task;
        return task;
    }

    private static async Task<T> AfterAsync<T>(Task before, Func<Task<T>> call)
    {
        await before.ConfigureAwait(false);
        return await call().ConfigureAwait(false);
    }

    // This thread has no context that a continuation could need.
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
