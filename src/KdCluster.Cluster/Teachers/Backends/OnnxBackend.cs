using KdCluster.Grains;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Onnx;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Text;
using KdCluster.SoftTargets;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>A model of any make, computed by ONNX Runtime. Its answers are kept under keys of their own, never under those of the same weights in libtorch: the last digits differ.</summary>
internal sealed class OnnxBackend : ITeacherBackend
{
    private readonly ModelFolder _folder;
    private readonly InferenceSession _session;
    private readonly OnnxInputMap _inputs;
    private readonly IReadOnlyDictionary<string, string> _sources;

    private OnnxBackend(ModelFolder folder, InferenceSession session, TensorNames? names, string kind, (long Weights, long Bytes) size, Func<string, string> contentOf)
    {
        List<KdError> errors = [];
        _inputs = OnnxInputMap.Of(session, folder, names?.Inputs, errors);
        OutputMap outputs = OutputMap.Of([.. session.OutputMetadata.Select(o => new ModelTensor(o.Key, o.Value.ElementDataType == TensorElementType.Float, o.Value.Dimensions))], folder, names?.Outputs, "KD1241", errors);
        if (errors.Count > 0)
        {
            throw new KdException(errors);
        }

        (_folder, _session, _sources, Outputs, Labels, Kind, Parameters, Bytes) = (folder, session, outputs.Sources, outputs.Outputs, outputs.Labels, kind, size.Weights, size.Bytes);
        Fingerprints = [.. outputs.Outputs.Select(o => FingerprintOf(contentOf(o.Name), o.Name))];
    }

    public string Kind { get; }

    public long Parameters { get; }

    public long Bytes { get; }

    public LabelSpace Labels { get; }

    public InputEncoder Encoder => _folder.Encoder;

    public IReadOnlyList<(string Name, OutputShape Shape)> Outputs { get; }

    public IReadOnlyList<string> Fingerprints { get; }

    public IReadOnlyDictionary<string, double> Figures => _folder.Figures;

    /// <summary>Reads a folder with a model as ONNX.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="device">Such as <c>cpu</c> or <c>cuda:0</c>.</param>
    /// <param name="names">Which inputs and outputs are which; null: their names say it.</param>
    /// <exception cref="KdException">
    /// <c>KD1202</c>, <c>KD1204</c>, <c>KD1207</c>: its other files cannot be used; <c>KD1241</c>: the model cannot be read, or has inputs or outputs that nothing here fits, all of them; <c>KD1242</c>: ONNX Runtime has not that device;
    /// <c>KD1243</c>: a name that there is not, or mapped twice.
    /// </exception>
    public static OnnxBackend Load(string path, string device, TensorNames? names)
    {
        ModelFolder folder = ModelFolder.Read(path, OnnxExport.FileName);
        byte[] model = BytesOf(folder.Model);
        return Made(Open(folder.Model, device, InSession), session =>
        {
            OnnxFile file = OnnxFile.Read(folder.Model, model);
            string content = file.Hash(model);
            return new OnnxBackend(folder, session, names, "onnx", (file.Weights, file.Bytes), _ => content);
        });

        // Of bytes it does not know beside which file the weights are.
        InferenceSession InSession(SessionOptions options)
        {
            options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", Path.GetFullPath(path));
            return new InferenceSession(model, options);
        }
    }

    /// <summary>Reads a checkpoint of this project, to be computed by ONNX Runtime.</summary>
    /// <exception cref="KdException"><c>KD12xx</c>: the checkpoint cannot be used; <c>KD1240</c>: models of its kind cannot be written as ONNX; <c>KD1242</c>: ONNX Runtime has not that device.</exception>
    public static OnnxBackend Compile(string path, string device)
    {
        Checkpoint checkpoint = Checkpoint.Load(path);
        using Model model = checkpoint.Model;
        using TorchSharp.torch.Generator? random = model.Random;
        using MemoryStream bytes = new();
        OnnxExport.Write(bytes, checkpoint);
        ModelFolder folder = new(Path.Combine(path, CheckpointFiles.Weights), checkpoint.Encoder, checkpoint.Labels, checkpoint.Info.Metrics) { Layers = model.Spec.Layers };
        Dictionary<string, string> contents = model.Outputs.Select(o => o.Name).Zip(CheckpointFingerprint.Compute(path, [.. model.Outputs.Select(o => o.Name)])).ToDictionary(o => o.First, o => o.Second);
        return Made(Open(path, device, options => new InferenceSession(bytes.ToArray(), options)), session => new OnnxBackend(folder, session, null, $"{model.Spec.Kind} (onnx)", (model.ParameterCount, sizeof(float) * model.ParameterCount), output => contents[output]));
    }

    public int PaddedLength(int length) => Encoder.MaxLength == 0 ? 0 : _inputs.Length ?? LengthBuckets.Of(length, Encoder.MaxLength);

    public Dictionary<string, float[]> Forward(IReadOnlyList<InstanceView> rows, int padTo, int padRows, IReadOnlyCollection<string> wanted)
    {
        string[] names = [.. wanted];
        using RunOptions options = new();
        Dictionary<string, OrtValue> inputs = _inputs.Values(rows, padTo, padRows);
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> answers = _session.Run(options, inputs, [.. names.Select(n => _sources[n])]);
            return names.Zip(answers).ToDictionary(a => a.First, a => Checked(a.First, a.Second.GetTensorDataAsSpan<float>().ToArray(), padTo, padRows));
        }
        finally
        {
            foreach (OrtValue value in inputs.Values)
            {
                value.Dispose();
            }
        }
    }

    public void Dispose() => _session.Dispose();

    // What a model says of its shapes is not what it must do.
    private float[] Checked(string output, float[] numbers, int padTo, int padRows)
    {
        long expected = padRows * Outputs.First(o => o.Name == output).Shape.Size(padTo);
        return numbers.Length == expected ? numbers : throw new InvalidOperationException($"its output {_sources[output]} has {numbers.Length} numbers, and {expected} are expected of {padRows} rows of {padTo} tokens");
    }

    private static OnnxBackend Made(InferenceSession session, Func<InferenceSession, OnnxBackend> make)
    {
        try
        {
            return make(session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    // One thread for a batch: the device's lanes are the parallelism, and a row's bits depend on no number of threads.
    private static InferenceSession Open(string where, string device, Func<SessionOptions, InferenceSession> open)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        try
        {
            if (device != "cpu")
            {
                options.AppendExecutionProvider_CUDA(device.Contains(':', StringComparison.Ordinal) ? int.Parse(device.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture) : 0);
            }
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException)
        {
            throw new KdException("KD1242", $"ONNX Runtime has no device {device}: {FirstLine(e)}", where, "Deploy it with device cpu, or build the silo with -p:KdOnnxRuntime=Microsoft.ML.OnnxRuntime.Gpu.", e);
        }

        try
        {
            return open(options);
        }
        catch (OnnxRuntimeException e)
        {
            throw Unreadable(where, e);
        }
    }

    // A file of more than 2 GiB is none: protobuf's messages end there, and larger models have their weights beside them.
    private static byte[] BytesOf(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (IOException e)
        {
            throw Unreadable(path, e);
        }
    }

    private static KdException Unreadable(string where, Exception e) =>
        new("KD1241", $"the model cannot be read: {FirstLine(e)}", where, "Write it again with an opset that ONNX Runtime knows, with all its files.", e);

    private static string FirstLine(Exception e) => e.Message.Split('\n')[0].TrimEnd('.', '\r') + ".";

    private string FingerprintOf(string content, string output)
    {
        using ContentHash hash = new();
        hash.Add(["kdcluster-onnx-1", content, Encoder.Hash, _inputs.Normalisation, output, _sources[output]]);
        if (_inputs.Mapping.Length > 0)
        {
            hash.Add(_inputs.Mapping);
        }

        return hash.End();
    }
}
