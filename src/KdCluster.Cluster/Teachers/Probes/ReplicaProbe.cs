using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KdCluster.Cluster.Teachers.Backends;
using KdCluster.Grains;
using KdCluster.Instances;
using KdCluster.Learning.Torch;
using KdCluster.SoftTargets;
using Microsoft.ML.OnnxRuntime;

namespace KdCluster.Cluster.Teachers.Probes;

/// <summary>Whether a replica answers as the first one did, to the bit: rows of both are kept under one key, and a run's bytes must not depend on which of them it asked.</summary>
internal static class ReplicaProbe
{
    /// <summary>The code of a replica that is refused.</summary>
    public const string Refusal = "KD1325";

    private const int Instances = 8, MostNumbers = 256, MostOutputs = 3;

    private static readonly Lazy<string> s_runtime = new(() => $"libtorch {TorchRuntime.Version}, ONNX Runtime {OrtEnv.Instance().GetVersionString()}");

    /// <summary>The libraries that compute here, with their versions.</summary>
    public static string Runtime => s_runtime.Value;

    /// <summary>What a teacher says of the probe, in batches of the shape that it serves in; on a lane of its device.</summary>
    /// <param name="backend">The teacher.</param>
    /// <param name="rows">Rows of a batch.</param>
    /// <exception cref="KdException"><c>KD1311</c>: it cannot compute.</exception>
    public static TeacherNumerics Ask(ITeacherBackend backend, int rows)
    {
        InstanceView[] inputs = ProbeInputs.Of(backend.Encoder, Instances);
        int length = inputs.Max(i => backend.PaddedLength(i.Length));
        string[] outputs = [.. backend.Outputs.Select(o => o.Name)];
        Dictionary<string, List<float>> numbers = outputs.ToDictionary(o => o, _ => new List<float>());
        foreach (InstanceView[] batch in inputs.Chunk(rows))
        {
            Dictionary<string, float[]> answers = backend.Forward(batch, length, rows, outputs);
            foreach ((string output, OutputShape shape) in backend.Outputs)
            {
                numbers[output].AddRange(batch.SelectMany((input, i) => Row(shape, answers[output], length, i, input.Length)));
            }
        }

        return new TeacherNumerics { Answers = [.. outputs.Select(o => Answer(o, [.. numbers[o]]))], Runtime = Runtime };
    }

    /// <summary>Compares with the first replica. Outputs that one of both does not serve do not count.</summary>
    /// <exception cref="KdException"><c>KD1325</c>: outputs differ.</exception>
    public static void Compare(string teacher, TeacherNumerics first, TeacherNumerics here)
    {
        if (first.Unserved && first.Runtime != here.Runtime)
        {
            return;   // another release: the last digits of its libraries are the right ones from now on
        }

        (ProbeAnswer First, ProbeAnswer Here)[] differ = [.. first.Answers.Join(here.Answers, a => a.Output, a => a.Output, (a, b) => (a, b)).Where(p => p.a.Digest != p.b.Digest)];
        if (differ.Length > 0)
        {
            throw new KdException(
                Refusal, $"this silo answers otherwise than the teacher's first replica: {string.Join(", ", differ.Take(MostOutputs).Select(d => Figure(d.First, d.Here)))}{(differ.Length > MostOutputs ? $", and {differ.Length - MostOutputs} more outputs" : "")}.", $"teacher {teacher}",
                "It has another processor, number of threads, number of rows in a batch, or release. Serve the teacher from silos of one kind, or deploy it again.");
        }
    }

    private static float[] Row(OutputShape shape, float[] padded, int paddedLength, int place, int length)
    {
        int size = (int)shape.Size(paddedLength);
        var row = new float[shape.Size(length)];
        shape.Crop(padded.AsSpan(place * size, size), paddedLength, length, row);
        return row;
    }

    private static ProbeAnswer Answer(string output, float[] numbers)
    {
        int step = Math.Max(1, numbers.Length / MostNumbers);
        return new ProbeAnswer(output, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(numbers.AsSpan()))), [.. numbers.Where((_, i) => i % step == 0).Take(MostNumbers)]);
    }

    private static string Figure(ProbeAnswer first, ProbeAnswer here)
    {
        if (first.Numbers.Length != here.Numbers.Length)
        {
            return $"{first.Output} has another shape";
        }

        double most = first.Numbers.Zip(here.Numbers).Max(n => Math.Abs((double)n.First - n.Second)), largest = first.Numbers.Max(n => Math.Abs((double)n));
        if (most == 0)
        {
            return $"{first.Output} in others than the {here.Numbers.Length} numbers compared";
        }

        return string.Create(CultureInfo.InvariantCulture, $"{first.Output} by up to {most:0.0e+0} of {largest:0.0e+0} in {here.Numbers.Length} numbers compared");
    }
}
