using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Torch;
using KdCluster.Learning.Training;
using static TorchSharp.torch;

namespace KdCluster.Learning.Loops;

/// <summary>After every fifth step φ ← φ + ½·(θ − φ) and θ ← φ, φ the slow weights: Lookahead (Zhang et al., arXiv 1907.08610, algorithm 1).</summary>
internal sealed class LookaheadLoop : SupervisedLoop
{
    private const int Every = 5;
    private const string Prefix = "slow.";

    private readonly (string Name, Tensor Fast, Tensor Slow)[] _weights;

    public LookaheadLoop(TrainingJob job, Device device)
        : base(job, device)
    {
        using var off = no_grad();
        _weights = [.. Model.named_parameters().Select(p => (Prefix + p.name, (Tensor)p.parameter, p.parameter.clone().DetachFromDisposeScope()))];
    }

    public override StepOutcome Step(in LoopTick tick)
    {
        long before = Steps;
        StepOutcome outcome = base.Step(tick);
        using var off = no_grad();
        foreach (var (_, fast, slow) in Steps > before && Steps % Every == 0 ? _weights : [])
            fast.copy_(slow.TimesInPlace(0.5).PlusInPlace(fast, 0.5));
        return outcome;
    }

    public override IReadOnlyList<SafeTensor> Save() => [.. base.Save(), .. _weights.Select(w => LoopState.Array(w.Name, w.Slow))];

    public override void Load(IReadOnlyDictionary<string, byte[]> arrays, long steps)
    {
        base.Load(arrays, steps);
        using var off = no_grad();
        foreach (var (name, _, slow) in _weights)
            slow.copy_(LoopState.Read(arrays, name, slow.shape));
    }

    public override void Dispose()
    {
        Array.ForEach(_weights, w => w.Slow.Dispose());
        base.Dispose();
    }
}
