using System.Text.Json;
using System.Text.Json.Serialization;
using KdCluster.Cluster.Storage;
using KdCluster.Cluster.Weightings;
using KdCluster.Grains;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Data.Transforms;
using KdCluster.Learning.Models;
using KdCluster.Learning.Torch;
using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using KdCluster.Metrics;
using KdCluster.Recipes;
using KdCluster.Runs;
using KdCluster.Weightings;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Runs;

/// <summary>Trains and tests one student on the calling thread: the bridge from a run's order to the learning library.</summary>
internal sealed class StudentTraining(
    KdClusterOptions options, RunContexts contexts, PolicyGrains policies, IGrainFactory grains, TimeProvider time, ILogger<StudentTraining> log) : IStudentTraining
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
        using StudentPolicies own = policies.Of(order, context);
        StudentRelay relay = new(order.Student, time, report, Publish, notice => log.StudentNotice(order.Key.ToString(), notice));
        StudentResult trained = new StudentStages(context, order, RunFolder.Of(options, order.Run), claim, own, time).Train(relay, cancellationToken);
        TrainingResult result = trained.Training;

        StudentStatus tested = relay.Status with { Stage = "test", SecondsLeft = 0 };
        report(tested);
        EvaluationResult? test = context.Test is null ? null : Evaluate(result.BestFolder, context.Test, context.Recipe.Training.Device, cancellationToken);
        StudentStatus done = tested with
        {
            Stage = "done",
            Step = relay.Status.Steps,
            ValidationAccuracy = result.Best.Find(Metric.Accuracy) ?? double.NaN,
            TestAccuracy = test?.Find(Metric.Accuracy) ?? double.NaN,
            ValidationFigures = result.Best.ByName(),
            TestFigures = test?.ByName(),
            Checkpoint = result.BestFolder,
            Parameters = result.Parameters,
            Seconds = result.Duration.TotalSeconds,
            StallShare = result.Duration > TimeSpan.Zero ? result.Stall / result.Duration : 0,
            StoreHits = result.StoreHits,
            TeacherRows = result.TeacherRows,
            Weights = trained.For(result.Weights?.MeanWeight, context.Recipe.Teachers.Select(t => t.Name)),
            Spreads = trained.For(result.Weights?.Spread, context.Recipe.Teachers.Select(t => t.Name)),
        };
        WriteWeights(order, trained);
        Publish(done);
        return done;

        void Publish(StudentStatus status)
        {
            // A policy is in its grain, and needs no telling.
            if (!own.Any && status.Weights.Length > 0)
            {
                grains.GetGrain<IWeightingGrain>(order.Key.ToString()).PublishAsync(new WeightingSnapshot(status.Variant, status.Step, status.Weights))
                    .LogFaults(log, $"publishing the weights of {order.Key}");
            }
        }
    }

    private static EvaluationResult Evaluate(string checkpoint, EncodedSplit rows, string device, CancellationToken cancellationToken)
    {
        using Model model = Checkpoint.Load(checkpoint, TorchRuntime.ParseDevice(device)).Model;
        return Evaluator.Evaluate(model, rows, cancellationToken: cancellationToken);
    }

    /// <summary>What the weighting did, teacher by teacher, beside the student's metrics.</summary>
    private void WriteWeights(StudentOrder order, StudentResult trained)
    {
        if (trained.Training.Weights is not { } weights)
        {
            return;
        }

        var lines = trained.Teachers.Select((name, k) => new { teacher = name, meanWeight = weights.MeanWeight[k], spread = weights.Spread[k], selectedShare = weights.SelectedShare[k] });
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(new { weights.Instances, entropyNats = weights.Entropy, teachers = lines }, s_json);
        string folder = RunFolder.Of(options, order.Run).Student(order.Student.Variant, order.Student.Seed);
        AtomicFile.Write(Path.Combine(folder, "weights.json"), json);
    }
}
