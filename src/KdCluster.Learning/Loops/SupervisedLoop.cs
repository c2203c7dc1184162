using KdCluster.Instances;
using KdCluster.Learning.Augmentation;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Compression;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Objectives;
using KdCluster.Learning.Schedules;
using KdCluster.Learning.Text;
using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace KdCluster.Learning.Loops;

/// <summary>One step of the student against the objective on a batch: gradient, optimizer, and what follows the weights. The other loops are this one with another part put in.</summary>
internal class SupervisedLoop : ILoop
{
    private const string AdapterPrefix = "adapter.";

    private readonly TrainingJob _job;
    private readonly Device _device;
    private readonly IObjective _objective;
    private readonly IWeighting? _uniform;
    private readonly int _teachers;
    private readonly PrunedWeights? _pruned;
    private readonly FrozenParts _frozen;
    private readonly bool _gap;
    private readonly int[] _kept;

    /// <param name="job">What is trained.</param>
    /// <param name="device">Where.</param>
    /// <param name="trained">What the optimizer trains of the model that was made; null: its weights, and those of the objective.</param>
    public SupervisedLoop(TrainingJob job, Device device, Func<Model, IEnumerable<(string Name, Parameter Weight)>>? trained = null)
    {
        _job = job;
        _device = device;
        _teachers = job.SoftTargets?.Teachers.Count ?? 0;
        // Where a teacher keeps the scores of some tokens alone.
        _kept = [.. (job.SoftTargets?.Teachers ?? []).Select(t => job.Labels.IsNextToken ? t.Output(OutputNames.TokenLogits).TopK : 0)];
        if (_teachers > 0)
        {
            var setup = new WeightingSetup(job.Weighting, job.Objective, _teachers, job.Labels.IsNextToken ? 2 : job.Labels.Count, job.SoftTargets!.EmbeddingWidth, job.Seed);
            Weighting = WeightingRegistry.Create(setup, job.PolicyHost, job.Learned?.Arrays);
            if (Weighting.NeedsEmbedding && setup.EmbeddingWidth == 0)
                throw new KdException("KD1305", $"no teacher serves the embedding that the weighting '{Weighting.Name}' needs.", "weighting.kind", "Deploy the first teacher with its embedding, or choose another weighting.");
            Instances = new InstanceWeights(job.Train.Count, _teachers);
            _uniform = new UniformWeighting(setup);
            _gap = WeightingRegistry.SeesStudent(job.Weighting.Kind);
        }

        var options = AdamConstants.Of(job.Training);
        ModelShape shape = job.ShapeOfModel();
        Model = ModelFactory.Create(shape, job.Seed, device);
        try
        {
            if (job.Train.Scores is { } scores && job.First is null)
                Model.BeginAt(scores.Where(s => !float.IsNaN(s)).Average(s => (double)s));
            IReadOnlyList<string> drawn = [];
            if (job.First is null)
                drawn = PretrainedFolder.Of(job.Model)?.Load(Model, job.Labels) ?? [];
            else
                job.First.Load(Model);
            _frozen = new FrozenParts(Model, job.Training.Freeze, drawn);
            _pruned = job.Training.Pruning is { } pruning ? new PrunedWeights(Model, pruning) : null;
            if (job.AverageTeacher is not null)
                Average = new MovingAverage(ModelFactory.Create(shape, job.Seed, device), Model, job.AverageDecay);
            ObjectiveSpec objective = job.Objective.Terms is not null ? job.Objective
                : job.Labels.IsScore ? job.Objective with { Terms = ScoreTerms.Of(job.Objective, _teachers > 0) }
                : job.Train.LabelledCount < job.Train.Count || (job.Labels.IsNextToken && _teachers > 0) ? job.Objective with { Terms = ClassTerms.Of(job.Objective) }
                : job.Objective;
            _objective = ObjectiveRegistry.Create(
                objective.Terms is not null ? TermObjective.ObjectiveName : _teachers > 0 ? DistillationObjective.ObjectiveName : CrossEntropyObjective.ObjectiveName,
                objective, new ObjectiveSetup(job.SoftTargets?.Teachers ?? [], Model.Outputs, job.Seed, device) { Loop = job.Loop, Rows = job.Train.Count });
            Optimizer = new AdamOptimizer(trained?.Invoke(Model) ?? Model.named_parameters().Where(p => !_frozen.Holds(p.name)).Select(p => (p.name, p.parameter)).Concat(_objective.Adapters.Select(a => (AdapterPrefix + a.Name, a.Weight))), options);
        }
        catch
        {
            // What is refused leaves nothing behind.
            Average?.Dispose();
            Model.Random?.Dispose();
            Model.Dispose();
            throw;
        }
    }

    /// <summary>The loss.</summary>
    public IObjective Objective => _objective;

    public Model Model { get; }

    /// <summary>What is trained beside the model and is no part of it, and what losses remember.</summary>
    public IEnumerable<(string Name, Tensor Value)> Adapters => [.. _objective.Adapters.Select(a => (a.Name, (Tensor)a.Weight)), .. _objective.Memory];

    public AdamOptimizer Optimizer { get; }

    public long Steps => Optimizer.Steps;

    /// <summary>Null where it is no teacher.</summary>
    public MovingAverage? Average { get; }

    /// <summary>Null without teachers.</summary>
    public IWeighting? Weighting { get; }

    /// <summary>The weights that each row was given last, warm-up of the student excluded; null without teachers.</summary>
    public InstanceWeights? Instances { get; }

    public virtual StepOutcome Step(in LoopTick now)
    {
        (int tick, var phase, int[] rows, var soft, double learningRate, double accuracy, bool read, var at) = now;
        using var scope = NewDisposeScope();
        var (inputs, labels) = Batch(rows, at.Epoch);
        if (soft is not null)
            AskAverage(inputs, soft);
        TokenPositions? places = _job.Labels.IsNextToken ? new TokenPositions(inputs, Array.ConvertAll(rows, r => _job.Train.Views[r].Length)) : null;
        Tensor? taught = places is null || soft is null ? null : places.Of(soft, _teachers);
        var weighting = phase == TrainingPhase.StudentWarmup ? _uniform : Weighting;
        if (taught is not null && weighting!.SeesAnswers)
            soft = soft!.With(places!.Likelihoods(taught));
        if (phase == TrainingPhase.PolicyWarmup)
            return WarmPolicy(tick, rows, inputs, labels, soft!, accuracy, places);

        if (soft is not null)
            weighting!.Prepare(tick, soft, labels);
        // The stream's number is 63 bits of (seed, tick): the generator keeps no state between steps.
        Model.Random?.manual_seed((long)(CounterRandom.Bits(_job.Seed, RandomStream.Dropout, tick) >> 1));
        _frozen.Still();
        var (logits, layers) = Say(inputs, soft, tick);
        float[]? scores = _job.Train.Scores is { } all ? Array.ConvertAll(rows, r => all[r]) : null;
        int[]? labelled = Array.IndexOf(labels, EncodedSplit.NoLabel) < 0 ? null : [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] != EncodedSplit.NoLabel)];
        var state = soft is null ? null : State(tick, labels, scores, soft, logits, layers, places, weighting!);
        var seen = places is not null ? Tokens(places, logits, taught, state is null ? null : weighting!.Weigh(state), at) : new ObjectiveInput(
            logits,
            tensor(Array.ConvertAll(labels, l => (long)Math.Max(l, 0)), [labels.Length], device: _device),
            soft is null ? null : tensor(soft.Logits, [_teachers, labels.Length, _job.Labels.Count], device: _device),
            state is null ? null : weighting!.Weigh(state))
        {
            Scores = scores is null ? null : tensor(Array.ConvertAll(scores, s => float.IsNaN(s) ? 0 : s), device: _device),
            Labelled = labelled,
            At = at,
            Seed = _job.Seed,
            Rows = rows,
            Layers = layers,
        };
        var value = _objective.Evaluate(seen);
        if (state is not null && phase == TrainingPhase.Train)
            Instances!.Put(rows, weighting!.Given);
        value.GradientLoss.backward();

        ObjectiveParts? parts = read ? value.Read() : null;
        bool sound = parts is not { } p || double.IsFinite(p.Loss);
        double norm = sound ? Optimizer.Step(learningRate, _job.Training.Clip, read) : double.NaN;
        sound &= !(read || _job.Training.Clip > 0) || double.IsFinite(norm);
        if (sound && _job.Training.Pruning is { } pruning)
            _pruned!.Apply(PrunedWeights.SparsityAt(pruning, at.Step + 1, at.Steps));
        if (sound)
            Average?.Update(Optimizer.Steps - 1);
        double reward = sound && state is not null && phase == TrainingPhase.Train && weighting!.Learns
            ? weighting.Learn(new WeightingFeedback(state, accuracy), read)
            : double.NaN;
        return AfterUpdate(new StepOutcome(parts, norm, reward, sound), seen, now);
    }

    /// <summary>What follows the student's update in its step; the step's tensors still live.</summary>
    /// <param name="outcome">What the step has to tell so far.</param>
    /// <param name="seen">What the objective saw of the batch.</param>
    /// <param name="now">The tick.</param>
    private protected virtual StepOutcome AfterUpdate(in StepOutcome outcome, in ObjectiveInput seen, in LoopTick now) => outcome;

    public virtual void BeforeValidation()
    {
    }

    public virtual void WriteBest(string folder)
    {
    }

    public virtual IReadOnlyList<SafeTensor> Save() => LoopState.Save(this);

    public virtual void Load(IReadOnlyDictionary<string, byte[]> arrays, long steps) => LoopState.Load(this, arrays, steps);

    public virtual void Dispose()
    {
        Optimizer.Dispose();
        (_objective as IDisposable)?.Dispose();
        Average?.Dispose();
        Model.Random?.Dispose();
        Model.Dispose();
    }

    private StepOutcome WarmPolicy(int tick, int[] rows, Tensor inputs, int[] labels, SoftTargetBatch soft, double accuracy, TokenPositions? places)
    {
        using var off = no_grad();
        Weighting!.Prepare(tick, soft, labels);
        Model.eval();
        var (logits, layers) = Say(inputs, soft, tick);
        var state = State(tick, labels, null, soft, logits, layers, places, Weighting);
        Model.train();
        Weighting.Weigh(state);
        Instances!.Put(rows, Weighting.Given);
        double reward = Weighting.Learn(new WeightingFeedback(state, accuracy));
        // There is no reward where no row has a label.
        return new StepOutcome(null, double.NaN, reward, double.IsFinite(reward) || Array.TrueForAll(labels, l => l == EncodedSplit.NoLabel));
    }

    /// <summary>The student on a batch: its logits, and what else the objective looks at.</summary>
    private protected virtual (Tensor Logits, LayerValues? Layers) Say(Tensor inputs, SoftTargetBatch? soft, int tick)
    {
        if (_objective.StudentOutputs.Count == 0)
            return (Model.call(inputs).Logits, null);
        var outputs = Model.Compute(inputs, [Model.Answer, .. _objective.StudentOutputs]);
        return (outputs[Model.Answer], new LayerValues(outputs, soft!.Outputs, Model.Real(inputs)));
    }

    private ObjectiveInput Tokens(TokenPositions places, Tensor logits, Tensor? taught, Tensor? weights, StepPosition at)
    {
        Tensor own = places.Of(logits);
        if (taught is not null && Array.Exists(_kept, k => k > 0))
            taught = stack(_kept.Select((k, t) => k > 0 ? TokenPositions.FillRest(taught[t], k, own) : taught[t]));
        return new ObjectiveInput(own, places.Labels, taught, weights?.index_select(0, places.Owners)) { Shares = places.Shares, At = at, Seed = _job.Seed };
    }

    private void AskAverage(Tensor inputs, SoftTargetBatch soft)
    {
        if (Average is null)
            return;
        using var off = no_grad();
        float[] answers = HostArray.Of(Average.Model.call(inputs).Logits);
        answers.CopyTo(soft.Logits, _job.AverageTeacher!.Value * answers.Length);
    }

    private (Tensor Inputs, int[] Labels) Batch(int[] rows, int epoch)
    {
        var views = new InstanceView[rows.Length];
        var labels = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            views[i] = _job.Augmentation?.Apply(_job.Train.Views[rows[i]], rows[i], epoch) ?? _job.Train.Views[rows[i]];
            if (_job.Training.Augmentation is { } augmentation && _job.Encoder is Tokenizer tokenizer)
                views[i] = TextAugmentation.Of(augmentation, tokenizer, views[i], _job.Seed, rows[i], epoch);
            labels[i] = _job.Train.Labels[rows[i]];
        }

        return (Model.Collate(views, _device), labels);
    }

    private WeightingState State(int tick, int[] labels, float[]? scores, SoftTargetBatch soft, Tensor logits, LayerValues? layers, TokenPositions? places, IWeighting weighting) =>
        new() { Tick = tick, Targets = soft, Labels = labels, Scores = scores, StudentLogits = places is null ? logits.detach() : !weighting.SeesAnswers ? empty(0, 2) : tensor(places.Likelihoods(places.Of(logits.detach())), [labels.Length, 2], device: _device), Cosines = _gap && layers is not null ? _objective.Cosines(layers) : null, Device = _device };
}
