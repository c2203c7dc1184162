using KdCluster.Grains;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Torch;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using static TorchSharp.torch;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>A model of this project, computed by libtorch.</summary>
internal sealed class NativeBackend : ITeacherBackend
{
    private readonly Checkpoint _checkpoint;
    private readonly Device _device;

    private NativeBackend(Checkpoint checkpoint, Device device, IReadOnlyList<string> fingerprints, Precision precision, string reason) =>
        (_checkpoint, _device, Fingerprints, Precision, PrecisionReason) = (checkpoint, device, fingerprints, precision, reason);

    public string Kind => Model.Spec.Kind;

    public long Parameters => Model.ParameterCount;

    public long Bytes => Model.parameters().Sum(p => p.numel() * p.element_size());

    public LabelSpace Labels => _checkpoint.Labels;

    public InputEncoder Encoder => _checkpoint.Encoder;

    public IReadOnlyList<(string Name, OutputShape Shape)> Outputs => Model.Outputs;

    public IReadOnlyList<string> Fingerprints { get; }

    public Precision Precision { get; }

    public string PrecisionReason { get; }

    public IReadOnlyDictionary<string, double> Figures => _checkpoint.Info.Metrics;

    private Model Model => _checkpoint.Model;

    /// <summary>Reads a checkpoint onto a device.</summary>
    /// <exception cref="KdException"><c>KD12xx</c>: the checkpoint cannot be used, or the device is absent; <c>KD1326</c>: it cannot be computed in that precision.</exception>
    public static NativeBackend Load(TeacherDeployment deployment)
    {
        Device there = TorchRuntime.ParseDevice(deployment.Device);
        (Checkpoint checkpoint, Precision precision, string reason) = NativePrecision.Load(deployment, there, Bf16Processor.IsFast);
        try
        {
            return new NativeBackend(checkpoint, there, Keys(deployment.Checkpoint, checkpoint.Model, precision), precision, reason);
        }
        catch
        {
            Release(checkpoint.Model);
            throw;
        }
    }

    public int PaddedLength(int length) => Model.PaddedLength(length);

    public Dictionary<string, float[]> Forward(IReadOnlyList<InstanceView> rows, int padTo, int padRows, IReadOnlyCollection<string> wanted)
    {
        using IDisposable noGrad = no_grad();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        Tensor inputs = Model.Collate(rows, padTo, padRows, _device);
        return Model.Compute(inputs, wanted).ToDictionary(o => o.Key, o => o.Value.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray());
    }

    public void Dispose() => Release(Model);

    /// <summary>Frees a model.</summary>
    internal static void Release(Model model)
    {
        model.Random?.Dispose();
        model.Dispose();
    }

    // Those of single precision are what they were before there was another.
    private static IReadOnlyList<string> Keys(string folder, Model model, Precision precision)
    {
        IReadOnlyList<string> keys = CheckpointFingerprint.Compute(folder, [.. model.Outputs.Select(o => o.Name)]);
        return precision == Precision.F32 ? keys : [.. keys.Select(Key)];

        string Key(string single)
        {
            using ContentHash hash = new();
            hash.Add(["kdcluster-precision-1", PrecisionNames.Of(precision), single]);
            return hash.End();
        }
    }
}
