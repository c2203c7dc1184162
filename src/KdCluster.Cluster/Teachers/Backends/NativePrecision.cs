using System.Globalization;
using KdCluster.Cluster.Teachers.Probes;
using KdCluster.Grains;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Metrics;
using KdCluster.Learning.Models;
using KdCluster.Learning.Torch;
using KdCluster.Teachers;
using static TorchSharp.torch;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>Loads a checkpoint in the precision that was asked for, or decides it; replicas after the first are told.</summary>
internal static class NativePrecision
{
    /// <summary>KL that bfloat16 may add to the answers, in nats, mean over the probe. A student's own distance from its teacher is a hundred times that and more.</summary>
    public const double Bound = 1e-3;

    private const int Instances = 64, Rows = 32;

    /// <summary>The checkpoint, what it is computed in, and why.</summary>
    /// <param name="deployment">What was asked for.</param>
    /// <param name="device">Where it is loaded.</param>
    /// <param name="fast">Whether a device multiplies bfloat16 by instructions of its own.</param>
    /// <exception cref="KdException"><c>KD12xx</c>: the checkpoint cannot be used; <c>KD1326</c>: it cannot be computed in that precision.</exception>
    public static (Checkpoint Checkpoint, Precision Precision, string Reason) Load(TeacherDeployment deployment, Device device, Func<Device, bool> fast)
    {
        string reason = deployment.Numerics?.PrecisionReason ?? "";
        Checkpoint checkpoint = Checkpoint.Load(deployment.Checkpoint, device);
        Precision precision = deployment.Numerics?.Precision ?? deployment.Precision;
        try
        {
            if (precision == Precision.Bf16)
            {
                Require(checkpoint, deployment.Checkpoint);
                ReducedPrecision.Convert(checkpoint.Model);
                return (checkpoint, precision, reason.Length > 0 || fast(device) ? reason : "as deployed, though the device has no instructions for it.");
            }

            if (precision == Precision.F32)
            {
                return (checkpoint, precision, reason);
            }

            if (Against(checkpoint.Model, () => fast(device)) is { } against)
            {
                return (checkpoint, Precision.F32, $"{against}.");
            }

            double added = Added(checkpoint, device);
            string figure = string.Create(CultureInfo.InvariantCulture, $"bf16 adds a KL of {added:0.0e+0} nats to the answers to {Instances} probe instances; the bound is {Bound:0.0e+0}.");
            if (added <= Bound)
            {
                return (checkpoint, Precision.Bf16, figure);
            }

            NativeBackend.Release(checkpoint.Model);
            return (checkpoint = Checkpoint.Load(deployment.Checkpoint, device), Precision.F32, figure);
        }
        catch
        {
            NativeBackend.Release(checkpoint.Model);
            throw;
        }
    }

    private static void Require(Checkpoint checkpoint, string folder)
    {
        if (ReducedPrecision.Obstacle(checkpoint.Model.Spec) is { } obstacle)
        {
            throw new KdException("KD1326", $"{obstacle}.", folder, "Deploy it with precision f32 or auto.");
        }
    }

    private static string? Against(Model model, Func<bool> fast) => ReducedPrecision.Obstacle(model.Spec) ?? ReducedPrecision.Futility(model.Spec)
        ?? (fast() ? null : "the device has no instructions for bf16");

    // Converts the model on the way.
    private static double Added(Checkpoint checkpoint, Device device)
    {
        InstanceView[] probe = ProbeInputs.Of(checkpoint.Encoder, Instances);
        float[] single = Answers(checkpoint.Model, probe, device);
        ReducedPrecision.Convert(checkpoint.Model);
        return AnswerDivergence.Mean(single, Answers(checkpoint.Model, probe, device), checkpoint.Labels.Count);
    }

    private static float[] Answers(Model model, InstanceView[] probe, Device device)
    {
        using IDisposable noGrad = no_grad();
        List<float> answers = [];
        foreach (InstanceView[] batch in probe.Chunk(Rows))
        {
            using TorchSharp.DisposeScope scope = NewDisposeScope();
            Tensor inputs = model.Collate(batch, batch.Max(b => model.PaddedLength(b.Length)), Rows, device);
            answers.AddRange(model.Compute(inputs, [model.Answer])[model.Answer].to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray());
        }

        return [.. answers];
    }
}
