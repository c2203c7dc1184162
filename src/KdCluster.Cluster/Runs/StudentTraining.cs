using System.Text.Json;
using System.Text.Json.Serialization;
using KdCluster.Cluster.Storage;
using KdCluster.Grains;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data.Transforms;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using KdCluster.Learning.Torch;
using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.Runs;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Runs;

/// <summary>Trains and tests one student on the calling thread: the bridge from a run's order to the learning library.</summary>
internal sealed class StudentTraining(KdClusterOptions options, RunContexts contexts, IGrainFactory grains, TimeProvider time, ILogger<StudentTraining> log) : IStudentTraining
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <inheritdoc/>
    public StudentStatus Train(StudentOrder order, Action<StudentStatus> report, CancellationToken cancellationToken)
    {
        RunFolder folder = RunFolder.Of(options, order.Run);
        if (folder.Threads() is { } threads && threads != options.TorchThreads)
        {
            throw RunFolder.OtherThreads(order.Run, threads, options.TorchThreads);
        }

        RunClaim claim = new(folder.Student(order.Student.Variant, order.Student.Seed), order.Student.Attempt);
        claim.Take();
        RunContexts.Use use = contexts.UseAsync(order.Run, order.Recipe, _ => Task.CompletedTask, cancellationToken).GetAwaiter().GetResult();
        try
        {
            return Train(order, use.Context, claim, report, cancellationToken);
        }
        finally
        {
            use.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private StudentStatus Train(StudentOrder order, RunContext context, RunClaim claim, Action<StudentStatus> report, CancellationToken cancellationToken)
    {
        Relay relay = new(order.Student, time, report, Publish);
        TrainingResult result = StudentTrainer.Train(Job(order, context, claim), relay, cancellationToken);

        StudentStatus tested = relay.Status with { Stage = "test", SecondsLeft = 0 };
        report(tested);
        double testAccuracy = context.Test is null ? double.NaN : Accuracy(result.BestFolder, context.Test, context.Recipe.Training.Device, cancellationToken);
        StudentStatus done = tested with
        {
            Stage = "done",
            Step = relay.Status.Steps,
            ValidationAccuracy = result.Best.Accuracy,
            TestAccuracy = testAccuracy,
            Checkpoint = result.BestFolder,
            Parameters = result.Parameters,
            Seconds = result.Duration.TotalSeconds,
            StallShare = result.Duration > TimeSpan.Zero ? result.Stall / result.Duration : 0,
            StoreHits = result.StoreHits,
            TeacherRows = result.TeacherRows,
            Weights = result.Weights is { } weights ? [.. weights.MeanWeight] : [],
            Spreads = result.Weights is { } statistics ? [.. statistics.Spread] : [],
        };
        WriteWeights(order, context, result.Weights);
        Publish(done);
        return done;

        void Publish(StudentStatus status)
        {
            if (status.Weights.Length > 0)
            {
                grains.GetGrain<IWeightingGrain>(order.Key.ToString()).PublishAsync(new WeightingSnapshot(status.Variant, status.Step, status.Weights))
                    .LogFaults(log, $"publishing the weights of {order.Key}");
            }
        }
    }

    private static double Accuracy(string checkpoint, EncodedSplit rows, string device, CancellationToken cancellationToken)
    {
        using TextModel model = Checkpoint.Load(checkpoint, TorchRuntime.ParseDevice(device)).Model;
        return Evaluator.Evaluate(model, rows, cancellationToken: cancellationToken).Accuracy;
    }

    /// <summary>What the weighting did, teacher by teacher, beside the student's metrics.</summary>
    private void WriteWeights(StudentOrder order, RunContext context, WeightStatistics? weights)
    {
        if (weights is null)
        {
            return;
        }

        var lines = context.Teachers.Select((t, k) => new { teacher = t.Description.Name, meanWeight = weights.MeanWeight[k], spread = weights.Spread[k], selectedShare = weights.SelectedShare[k] });
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(new { weights.Instances, entropyNats = weights.Entropy, teachers = lines }, s_json);
        string folder = RunFolder.Of(options, order.Run).Student(order.Student.Variant, order.Student.Seed);
        AtomicFile.Write(Path.Combine(folder, "weights.json"), json);
    }

    private TrainingJob Job(StudentOrder order, RunContext context, RunClaim claim)
    {
        Recipe recipe = context.Recipe;
        string variant = order.Student.Variant;
        return new TrainingJob
        {
            Model = recipe.Student,
            Training = recipe.Training,
            Objective = Variants.Objective(recipe, variant),
            Weighting = Variants.Weighting(recipe, variant),
            Seed = order.Student.Seed,
            Train = context.Train,
            Validation = context.Validation,
            SoftTargets = variant == Variants.Alone ? null : context.TrainTargets,
            Tokenizer = context.Tokenizer,
            Labels = context.Labels,
            Folder = RunFolder.Of(options, order.Run).Student(variant, order.Student.Seed),
            Info = Info(context, variant),
            BeforeWrite = claim.Check,
            Time = time,
        };
    }

    private static CheckpointInfo Info(RunContext context, string variant) => new()
    {
        Name = $"{context.Recipe.Name}-{variant}",
        Data = string.Join("; ", [context.Recipe.Data.BuiltIn ?? Path.GetFileName(context.Recipe.Data.Train), .. (context.Recipe.Data.Transform ?? []).Select(AppliedTransform.Describe)]),
        Method = variant == Variants.Alone
            ? $"Trained from labels with {(Variants.Objective(context.Recipe, variant).Terms is { } own ? Terms(own) : "cross-entropy")}."
            : $"Distilled from {context.Teachers.Count} teacher(s) with weighting {variant}, {Loss(context.Recipe.Objective)}.",
        RecipeHash = context.RecipeHash,
        Versions = new Dictionary<string, string> { ["kdcluster"] = KdVersion.Text, ["libtorch"] = TorchRuntime.Version },
    };

    private static string Loss(ObjectiveSpec objective) => objective.Terms is { } terms
        ? $"by {Terms(terms)}"
        : $"temperature {objective.Temperature} and alpha {objective.Alpha}";

    private static string Terms(IReadOnlyList<TermSpec> terms) => string.Join(" + ", terms.Select(t => FormattableString.Invariant(
        $"{(t.Weight.Kind == ScheduleSpec.Constant ? t.Weight.From : $"({t.Weight.From} to {t.Weight.To})")} · {t.Loss}")));

    /// <summary>Turns the trainer's reports into a student's status, and hands the weights on now and then.</summary>
    private sealed class Relay(StudentStatus student, TimeProvider time, Action<StudentStatus> report, Action<StudentStatus> publish) : IProgress<TrainingProgress>
    {
        private static readonly TimeSpan s_publishEvery = TimeSpan.FromSeconds(10);
        private readonly long _since = time.GetTimestamp();
        private long _published = time.GetTimestamp();
        private long? _began;

        public StudentStatus Status { get; private set; } = student;

        public void Report(TrainingProgress value)
        {
            _began ??= value.Step;
            double elapsed = time.GetElapsedTime(_since).TotalSeconds;
            long done = value.Step - _began.Value;
            Status = Status with
            {
                Stage = PhaseName(value.Phase),
                Epoch = value.Epoch,
                Epochs = value.Epochs,
                Step = value.Step,
                Steps = value.Steps,
                RowsPerSecond = value.RowsPerSecond,
                SecondsLeft = done > 0 ? elapsed / done * (value.Steps - value.Step) : 0,
                Loss = value.Loss,
                ValidationAccuracy = value.BestAccuracy,
                StallShare = value.StallShare,
                StoreHits = value.StoreHits,
                TeacherRows = value.TeacherRows,
                Weights = [.. value.Weights],
                Seconds = elapsed,
            };
            report(Status);
            if (time.GetElapsedTime(_published) > s_publishEvery)
            {
                _published = time.GetTimestamp();
                publish(Status);
            }
        }

        private static string PhaseName(TrainingPhase phase) => phase switch
        {
            TrainingPhase.StudentWarmup => "student-warmup",
            TrainingPhase.PolicyWarmup => "policy-warmup",
            TrainingPhase.Validate => "validate",
            // Trained; it is done when it is tested.
            TrainingPhase.Done => "test",
            _ => "train",
        };
    }
}
