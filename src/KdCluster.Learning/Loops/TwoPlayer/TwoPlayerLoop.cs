using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Objectives;
using KdCluster.Learning.Objectives.Layers;
using KdCluster.Learning.Torch;
using KdCluster.Learning.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace KdCluster.Learning.Loops.TwoPlayer;

/// <summary>
/// The game of arXiv 1903.04197 [V]: first the student's step, with −D(s) among its terms, then the critics' on the same outputs: E[D(s) − D(z) + λ·(‖∇D(x̂)‖ − 1)²]. Of several teachers each has critics of its
/// own, and the instance weights count in their losses as they do in the student's. Critics, their optimizer's state and the place of x̂ are in the checkpoint; the student that is kept has none of it.
/// </summary>
internal sealed class TwoPlayerLoop : SupervisedLoop
{
    private const string Critics = "critics.";
    private const string Moments = "critic-moments.";

    private readonly TrainingJob _job;
    private readonly (string Name, LayerTerm Term)[] _adversaries;
    private readonly AdamOptimizer _optimizer;
    private readonly int _rounds;
    private readonly double _rate;

    public TwoPlayerLoop(TrainingJob job, Device device)
        : base(job, device)
    {
        _job = job;
        (_rounds, _rate) = (job.Loop!.CriticSteps ?? 1, job.Loop.CriticLearningRate ?? 4e-4);
        _adversaries = [.. ((TermObjective)Objective).Adversaries];
        // Momentum of an opponent that changes is a memory of another game: β of the WGAN-GP paper, algorithm 1.
        _optimizer = new AdamOptimizer(Weights, new AdamConstants(Decoupled: false, WeightDecay: 0, Beta1: 0, Beta2: 0.9));
    }

    /// <summary>The critics' weights.</summary>
    public IEnumerable<(string Name, Parameter Weight)> Weights => _adversaries.SelectMany(a => a.Term.Adversary!.CriticWeights, (a, w) => ($"{a.Name}.{w.Name}", w.Weight));

    public override IReadOnlyList<SafeTensor> Save() =>
        [.. base.Save(), .. Weights.Select(w => LoopState.Array(Critics + w.Name, w.Weight)), .. _optimizer.StateDict().Select(m => LoopState.Array(Moments + m.Key, m.Value))];

    public override void Load(IReadOnlyDictionary<string, byte[]> arrays, long steps)
    {
        base.Load(arrays, steps);
        using var off = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, weight) in Weights)
            weight.copy_(LoopState.Read(arrays, Critics + name, weight.shape));
        _optimizer.Load(_optimizer.StateDict().ToDictionary(m => m.Key, m => LoopState.Read(arrays, Moments + m.Key, m.Value.shape)), steps * _rounds);
    }

    public override void Dispose()
    {
        _optimizer.Dispose();
        base.Dispose();
    }

    private protected override StepOutcome AfterUpdate(in StepOutcome outcome, in ObjectiveInput seen, in LoopTick now)
    {
        if (!outcome.Sound)
            return outcome;
        int drawn = 0, tick = now.Tick;
        var device = seen.Logits.device;
        var input = new TermInput(seen.Logits, seen.Labels, seen.TeacherLogits, seen.At) { Layers = seen.Layers };
        var weights = seen.Weights!.t();   // [teachers, batch]
        List<(string, double)> figures = [];
        for (int round = 0; round < _rounds; round++)
        {
            bool last = round == _rounds - 1;
            Tensor? sum = null;
            foreach (var (name, term) in _adversaries)
            {
                CriticValue[] each = [.. term.Inputs(input).Select(i => term.Adversary!.CriticLoss(i, Draw))];
                var loss = Mixed(v => v.Loss!);
                sum = sum is null ? loss : sum.Plus(loss);
                if (last && now.Read)
                    figures.AddRange([($"critic.{name}.distance", Mixed(v => v.Distance).item<float>()), ($"critic.{name}.penalty", Mixed(v => v.Penalty).item<float>())]);

                Tensor Mixed(Func<CriticValue, Tensor> part) => stack([.. each.Select(part)]).mul(weights).sum(dim: 0).mean();
            }

            sum!.backward();
            if (last && now.Read && !double.IsFinite(sum.item<float>()))
                return outcome with { Sound = false };
            _optimizer.Step(_rate, clip: 0, needNorm: false);
        }

        return outcome with { Figures = figures };

        Tensor Draw(long count)
        {
            var numbers = new float[count];
            for (int i = 0; i < count; i++)
                numbers[i] = (float)CounterRandom.Unit(_job.Seed, RandomStream.Critic, tick, drawn++);
            return tensor(numbers, device: device);
        }
    }
}
