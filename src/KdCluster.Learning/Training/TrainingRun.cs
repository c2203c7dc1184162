using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Compression;
using KdCluster.Learning.Loops;
using KdCluster.Learning.Schedules;
using KdCluster.Metrics;
using KdCluster.SoftTargets;
using static TorchSharp.torch;

namespace KdCluster.Learning.Training;

/// <summary>One training in progress: steps, validations and checkpoints in their order. A checkpoint is taken between ticks only.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly TrainingJob _job;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly ILoop _loop;
    private readonly PhasePlan _plan;
    private readonly LearningRateSchedule _schedule;
    private readonly ResumeFolder _resume;
    private readonly MetricsLog _metrics;
    private readonly ProgressThrottle _throttle;
    private readonly TrainingPosition _began;
    private TrainingPosition _at;
    private TrainingProgress _shown;
    private ISoftTargetStream? _stream;

    public TrainingRun(TrainingJob job, Device device, IProgress<TrainingProgress>? progress, string? notice = null)
    {
        _job = job;
        _progress = progress;
        _resume = new ResumeFolder(job.Folder);
        string fingerprint = JobFingerprint.Of(job);
        var saved = _resume.Load(out string? damage);
        if (saved is { } found && found.Position.Job != fingerprint)
            throw new KdException("KD1225", "the folder contains another training, with other data, specs, seed or teachers.", job.Folder, "Choose another folder, or delete this one to start again.");

        _loop = LoopRegistry.Create(job, device);
        try
        {
            _plan = Plan();
            _schedule = new LearningRateSchedule(job.Training, _plan.StudentSteps);
            _at = _began = saved?.Position ?? new TrainingPosition { Job = fingerprint };
            if (saved is { } state)
                _loop.Load(state.Arrays, _at.OptimizerSteps);
            _metrics = new MetricsLog(job.Folder, _at.MetricsLength);
            _throttle = new ProgressThrottle(job.Time, job.ProgressEvery);
            _shown = new TrainingProgress { Phase = _plan.Phase(_at.Tick), Epoch = 1, Epochs = job.Training.Epochs, Step = _at.Tick, Steps = _plan.Ticks, Notice = damage ?? notice };
            Report(_plan.Phase(_at.Tick));
        }
        catch
        {
            _metrics?.Dispose();
            _loop.Dispose();
            throw;
        }
    }

    /// <summary>The tick that it began with: that of the checkpoint that it goes on from.</summary>
    public int Began => _began.Tick;

    public TrainingResult ToEnd(CancellationToken cancellationToken)
    {
        if (_at.Tick < _plan.Ticks)
        {
            // The stream enumerates on a separate thread, and a plan belongs to one thread.
            _stream = _job.SoftTargets?.Open(Plan().From(_at.Tick), cancellationToken);
            while (_at.Tick < _plan.Ticks)
                Tick(cancellationToken);
        }

        _job.BeforeWrite?.Invoke();
        _loop.Instances?.Write(_job.Folder, _job.SoftTargets!.Teachers.Select(t => t.Name));
        Report(TrainingPhase.Done);
        return new TrainingResult
        {
            BestFolder = Path.Combine(_job.Folder, "best"),
            Best = _at.Best!,
            BestStep = _at.BestStep,
            Parameters = _loop.Model.ParameterCount,
            Steps = _plan.StudentSteps,
            Duration = _at.Duration,
            Stall = _at.Stall,
            StoreHits = _at.StoreHits,
            TeacherRows = _at.TeacherRows,
            Weights = _loop.Weighting?.Statistics,
        };
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _loop.Dispose();
        _metrics.Dispose();   // may throw where there is no room for what it still holds
    }

    private void Tick(CancellationToken cancellationToken)
    {
        long since = _job.Time.GetTimestamp();
        int tick = _at.Tick;
        var phase = _plan.Phase(tick);
        int[] rows = _plan.Rows(tick);
        var soft = Take(rows, cancellationToken);

        int step = _plan.StudentStep(tick + 1);
        bool student = phase != TrainingPhase.PolicyWarmup;
        bool metricsDue = student ? step % _job.MetricsEvery == 0 || step == 1 : (tick + 1) % _job.MetricsEvery == 0;
        bool epochEnds = student && step % _plan.StepsPerEpoch == 0;
        bool validationDue = epochEnds || (student && _job.ValidateEvery > 0 && step % _job.ValidateEvery == 0);
        bool checkpointDue = epochEnds || (_job.Training.CheckpointEvery > 0 && (tick + 1) % _job.Training.CheckpointEvery == 0);
        bool progressDue = _throttle.Due;
        double rate = student ? _schedule.At(step - 1) : 0;

        var outcome = _loop.Step(new LoopTick(tick, phase, rows, soft, rate, _at.ValidationAccuracy, metricsDue || checkpointDue || progressDue, At(step, tick)));
        if (!outcome.Sound)
            throw NotFinite(tick, null);
        _throttle.Add(rows.Length);
        TrainingMetrics.Step(phase, rows.Length, _job.Time.GetElapsedTime(since));
        _at = _at with
        {
            Tick = tick + 1,
            OptimizerSteps = _loop.Steps,
            StoreHits = _at.StoreHits + (soft?.StoreHits ?? 0),
            TeacherRows = _at.TeacherRows + (soft?.TeacherRows ?? 0),
        };
        Show(outcome, rate);
        if (metricsDue)
            LogStep(phase, step, outcome, rate);
        if (validationDue)
            Validate(step);
        if (checkpointDue)
            Save();
        if (progressDue || epochEnds)
            Report(phase);
    }

    // Whatever keeps the next batch away, a cancellation or a teacher that is gone, the steps done are kept first.
    private SoftTargetBatch? Take(int[] rows, CancellationToken cancellationToken)
    {
        SoftTargetBatch? soft;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            soft = _stream?.Take();
        }
        catch (Exception e) when (e is OperationCanceledException or KdException)
        {
            Save();
            throw;
        }

        if (soft is not null && !soft.Instances.AsSpan().SequenceEqual(rows))
            throw new InvalidOperationException("the soft targets that came are not those of the batch that was asked for");
        return soft;
    }

    private void Validate(int step)
    {
        Report(TrainingPhase.Validate);
        _loop.BeforeValidation();
        using var compressed = CompressedWeights.Of(_loop.Model, _job.Training);
        // Not cancelled half-way: a checkpoint is taken after the validation or before the step, never between.
        var found = Evaluator.Evaluate(_loop.Model, _job.Validation);
        if (!double.IsFinite(found.Loss))
            throw NotFinite(_at.Tick - 1, null);
        bool best = _at.IsBeatenBy(found, _job.Select);
        _metrics.Write("validation", [("step", step), .. found.Figures.Select(f => (f.Metric.Name, f.Value)), ("best", best ? 1 : 0)]);
        _at = _at with { ValidationAccuracy = found.Find(Metric.Accuracy) ?? 0, Best = best ? found : _at.Best, BestStep = best ? step : _at.BestStep };
        _shown = _shown with { ValidationAccuracy = found.Find(Metric.Accuracy) ?? double.NaN, BestAccuracy = _at.Best!.Find(Metric.Accuracy) ?? double.NaN, Best = _at.Best };
        _job.BeforeWrite?.Invoke();
        if (!best)
            return;
        Checkpoint.Save(Path.Combine(_job.Folder, "best"), _loop.Model, _job.Encoder, _job.Labels, Describe(found));
        _loop.WriteBest(_job.Folder);
    }

    private CheckpointInfo Describe(EvaluationResult found)
    {
        var metrics = new Dictionary<string, double>(_job.Info.Metrics);
        foreach ((Metric metric, double value) in found.Figures)
            metrics[$"validation.{metric.Name}"] = value;
        return _job.Info with { Metrics = metrics };
    }

    private void Save()
    {
        _job.BeforeWrite?.Invoke();
        _metrics.Flush();
        _at = _at with { MetricsLength = _metrics.Length, Duration = _began.Duration + _throttle.Elapsed, Stall = Stall };
        try
        {
            long since = _job.Time.GetTimestamp();
            _resume.Save(_at, _loop.Save());
            TrainingMetrics.Checkpoint(_job.Time.GetElapsedTime(since));
        }
        catch (InvalidDataException e)
        {
            throw NotFinite(_at.Tick - 1, e);
        }
    }

    private TimeSpan Stall => _began.Stall + (_stream?.Stall ?? TimeSpan.Zero);

    private void LogStep(TrainingPhase phase, int step, StepOutcome outcome, double rate) => _metrics.Write(
        phase switch { TrainingPhase.StudentWarmup => "student-warmup", TrainingPhase.PolicyWarmup => "policy-warmup", _ => "train" },
        [
            ("tick", _at.Tick), ("epoch", _plan.Epoch(_at.Tick - 1) + 1), ("step", step), ("loss", outcome.Parts?.Loss ?? double.NaN),
            ("cross_entropy", outcome.Parts?.CrossEntropy ?? double.NaN), ("distillation", outcome.Parts?.Distillation ?? double.NaN),
            ("gradient_norm", outcome.GradientNorm), ("learning_rate", rate), ("reward", outcome.Reward),
            .. (outcome.Parts?.Terms ?? []).SelectMany(t => new[] { ($"term.{t.Name}", t.Value), ($"weight.{t.Name}", t.Weight) }),
            .. outcome.Figures ?? [],
        ],
        _loop.Weighting?.Statistics.MeanWeight);

    private void Show(StepOutcome outcome, double rate)
    {
        if (outcome.Parts is { } parts)
            _shown = _shown with { Loss = parts.Loss, CrossEntropy = parts.CrossEntropy, Distillation = parts.Distillation, LearningRate = rate };
        if (double.IsFinite(outcome.Reward) && _throttle.Due)
            _shown = _shown with { Reward = outcome.Reward };
    }

    private void Report(TrainingPhase phase)
    {
        if (_progress is null)
            return;
        double elapsed = (_began.Duration + _throttle.Elapsed).TotalSeconds;
        _progress.Report(_shown with
        {
            Phase = phase,
            Epoch = _plan.Epoch(Math.Max(_at.Tick - 1, 0)) + 1,
            Step = _at.Tick,
            RowsPerSecond = _throttle.TakeRate(),
            StallShare = elapsed > 0 ? Stall.TotalSeconds / elapsed : 0,
            StoreHits = _at.StoreHits,
            TeacherRows = _at.TeacherRows,
            Weights = _loop.Weighting?.Statistics.MeanWeight ?? [],
        });
        _shown = _shown with { Notice = null };
    }

    // Steps are counted from 1 once they are done, from 0 before.
    private StepPosition At(int step, int tick) => new(Math.Max(step - 1, 0), _plan.StudentSteps, _plan.Epoch(tick), _job.Training.Epochs);

    private PhasePlan Plan()
    {
        int[] lengths = _job.Train.Lengths;
        bool learns = _loop.Weighting?.Learns == true;
        return new PhasePlan(new BatchPlan(_job.Seed, lengths, _job.Training.BatchSize), _job.Training.Epochs,
            learns ? _job.Weighting.StudentWarmup : 0, learns ? _job.Weighting.PolicyWarmup : 0);
    }

    private KdException NotFinite(int tick, Exception? inner) => new("KD1209",
        $"the loss, a gradient or a weight became infinite or NaN in step {tick + 1} of {_plan.Ticks}.", _job.Folder,
        "Lower training.learningRate or training.clip. The earlier checkpoints 'last' and 'best' are kept.", inner);
}
