using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Torch;
using KdCluster.SoftTargets;
using static TorchSharp.torch;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>A model of this project, computed by libtorch.</summary>
internal sealed class NativeBackend : ITeacherBackend
{
    private readonly Checkpoint _checkpoint;
    private readonly Device _device;

    private NativeBackend(Checkpoint checkpoint, Device device, IReadOnlyList<string> fingerprints) => (_checkpoint, _device, Fingerprints) = (checkpoint, device, fingerprints);

    public string Kind => Model.Spec.Kind;

    public long Parameters => Model.ParameterCount;

    public long Bytes => sizeof(float) * Parameters;

    public LabelSpace Labels => _checkpoint.Labels;

    public InputEncoder Encoder => _checkpoint.Encoder;

    public IReadOnlyList<(string Name, OutputShape Shape)> Outputs => Model.Outputs;

    public IReadOnlyList<string> Fingerprints { get; }

    public IReadOnlyDictionary<string, double> Figures => _checkpoint.Info.Metrics;

    private Model Model => _checkpoint.Model;

    /// <summary>Reads a checkpoint onto a device.</summary>
    /// <exception cref="KdException"><c>KD12xx</c>: the checkpoint cannot be used, or the device is absent.</exception>
    public static NativeBackend Load(string folder, string device)
    {
        Device there = TorchRuntime.ParseDevice(device);
        Checkpoint checkpoint = Checkpoint.Load(folder, there);
        try
        {
            return new NativeBackend(checkpoint, there, CheckpointFingerprint.Compute(folder, [.. checkpoint.Model.Outputs.Select(o => o.Name)]));
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
        return Model.Compute(inputs, wanted).ToDictionary(o => o.Key, o => o.Value.cpu().contiguous().data<float>().ToArray());
    }

    public void Dispose() => Release(Model);

    private static void Release(Model model)
    {
        model.Random?.Dispose();
        model.Dispose();
    }
}
