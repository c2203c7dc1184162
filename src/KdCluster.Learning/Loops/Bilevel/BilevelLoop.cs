using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Learning.Objectives;
using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Learning.Loops.Bilevel;

/// <summary>
/// Dataset distillation (arXiv 1910.02551): what is trained are a few made instances, their labels and the sizes of the steps, such that a student that begins with θ_0 and takes those steps on them alone does well by
/// the objective on the training rows, whose labels or teachers it never sees itself. The student that is validated and kept is the one that the made data teach, begun with the training's own first weights.
/// </summary>
internal sealed class BilevelLoop : SupervisedLoop
{
    private readonly TrainingJob _job;
    private readonly Device _device;
    private readonly MadeData _data;
    private readonly IFunctionalModel _function;
    private readonly Dictionary<string, Tensor> _start;

    /// <exception cref="KdException"><c>KD1229</c>: teachers are weighted by a policy; what <see cref="MadeData.Begin"/> refuses.</exception>
    public BilevelLoop(TrainingJob job, Device device)
        : this(WithoutPolicy(job), device, new MadeData(job, device))
    {
    }

    private BilevelLoop(TrainingJob job, Device device, MadeData data)
        : base(job, device, data.Begin)
    {
        (_job, _device, _data, _function) = (job, device, data, (IFunctionalModel)Model);
        _start = Arguments(Model).ToDictionary(a => a.Name, a => a.Weight.detach().clone().DetachFromDisposeScope(), StringComparer.Ordinal);
    }

    public override IReadOnlyList<SafeTensor> Save() => [.. base.Save(), .. _data.Save()];

    public override void Load(IReadOnlyDictionary<string, byte[]> arrays, long steps)
    {
        base.Load(arrays, steps);
        _data.Load(arrays);
    }

    public override void BeforeValidation()
    {
        using var scope = NewDisposeScope();
        var taught = Teach(_start, differentiable: false);
        using var off = no_grad();
        foreach (var (name, weight) in Arguments(Model))
            weight.copy_(taught[name]);
        if (Statistics(taught) is { Count: > 0 } statistics)
            ((PlainCnn)Model).Normalise(statistics);
    }

    public override void WriteBest(string folder) =>
        _data.Write(folder, [.. Model.named_parameters().Select(p => (p.name, _start.GetValueOrDefault(p.name) ?? p.parameter))]);

    public override void Dispose()
    {
        foreach (Tensor weight in _start.Values)
            weight.Dispose();
        _data.Dispose();
        base.Dispose();
    }

    private protected override (Tensor Logits, LayerValues? Layers) Say(Tensor inputs, SoftTargetBatch? soft, int tick)
    {
        var taught = Teach(_job.Loop!.Start == "drawn" ? Drawn(tick) : _start, differentiable: true);
        return (_function.Logits(_function.States(inputs).detach(), Model.Real(inputs), taught, new NormStatistics(Statistics(taught))), null);
    }

    private protected override StepOutcome AfterUpdate(in StepOutcome outcome, in ObjectiveInput seen, in LoopTick now) =>
        now.Read && outcome.Sound ? outcome with { Figures = [("inner_rate", _data.Rates.mean().item<float>())] } : outcome;

    private IReadOnlyDictionary<string, Tensor> Teach(IReadOnlyDictionary<string, Tensor> start, bool differentiable) =>
        InnerTraining.Run(weights => _function.Logits(_data.Items, Real(), weights, new NormStatistics()), start, _data.Labels, _data.Rates, differentiable);

    // Of the made data under the weights that they gave.
    private IReadOnlyList<(Tensor, Tensor)> Statistics(IReadOnlyDictionary<string, Tensor> weights)
    {
        if (Model is not PlainCnn)
            return [];
        NormStatistics own = new();
        _function.Logits(_data.Items, Real(), weights, own);
        return own.Seen;
    }

    // Its warm-up asks the student for answers without gradients, and what teaches this one takes gradients.
    private static TrainingJob WithoutPolicy(TrainingJob job) => job.SoftTargets is null || !WeightingRegistry.IsPolicy(job.Weighting.Kind) ? job : throw new KdException(
        "KD1229", $"`{job.Weighting.Kind}` is a policy, which is rewarded for the steps of one student, and in the loop `{LoopSpec.Bilevel}` each step is another student.", "weighting.kind", "Choose a weighting that is a fixed rule.");

    // All tokens of a made text are there.
    private Tensor Real() => ones(_data.Items.shape[0], Model is TextModel ? _data.Items.shape[1] : 1, device: _device);

    // Those that a student of another seed would begin with.
    private Dictionary<string, Tensor> Drawn(int tick)
    {
        using Model other = ModelFactory.Create(Model.Shape, (long)(CounterRandom.Bits(_job.Seed, RandomStream.Made, tick) >> 1), _device);
        other.Random?.Dispose();
        return Arguments(other).ToDictionary(a => a.Name, a => a.Weight.detach().clone(), StringComparer.Ordinal);
    }

    private static IEnumerable<(string Name, Tensor Weight)> Arguments(Model model)
    {
        var wanted = ((IFunctionalModel)model).Arguments;
        return model.named_parameters().Where(p => wanted.Contains(p.name)).Select(p => (p.name, (Tensor)p.parameter));
    }
}
