using KdCluster.Instances;
using KdCluster.Learning.Data;
using KdCluster.Learning.Onnx;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Text;
using KdCluster.SoftTargets;
using Microsoft.ML.OnnxRuntime;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>A model of any make, computed by ONNX Runtime. Its answers are kept under keys of their own, never under those of the same weights in libtorch: the last digits differ.</summary>
internal sealed class OnnxBackend : ITeacherBackend
{
    private readonly OnnxFolder _folder;
    private readonly InferenceSession _session;
    private readonly OnnxInputMap _inputs;
    private readonly IReadOnlyDictionary<string, string> _sources;

    private OnnxBackend(OnnxFolder folder, InferenceSession session, OnnxInputMap inputs, OnnxOutputMap outputs)
    {
        (_folder, _session, _inputs, _sources, Outputs, Labels) = (folder, session, inputs, outputs.Sources, outputs.Outputs, outputs.Labels);
        Parameters = OnnxFile.CountWeights(folder.Model);
        string content = OnnxFile.Hash(folder.Model);
        Fingerprints = [.. outputs.Outputs.Select(o => FingerprintOf(content, o.Name))];
    }

    public string Kind => "onnx";

    public long Parameters { get; }

    public LabelSpace Labels { get; }

    public InputEncoder Encoder => _folder.Encoder;

    public IReadOnlyList<TensorLayout> Inputs => _inputs.Layouts;

    public IReadOnlyList<(string Name, OutputShape Shape)> Outputs { get; }

    public IReadOnlyList<string> Fingerprints { get; }

    public IReadOnlyDictionary<string, double> Figures => _folder.Figures;

    /// <summary>Reads a folder with a model as ONNX.</summary>
    /// <exception cref="KdException">
    /// <c>KD1202</c>, <c>KD1204</c>, <c>KD1207</c>: its other files cannot be used; <c>KD1241</c>: the model cannot be read, or has inputs or outputs that nothing here fits, all of them; <c>KD1242</c>: ONNX Runtime has not that device.
    /// </exception>
    public static OnnxBackend Load(string path, string device)
    {
        OnnxFolder folder = OnnxFolder.Read(path);
        InferenceSession session = Open(folder.Model, device);
        try
        {
            List<KdError> errors = [];
            OnnxInputMap inputs = OnnxInputMap.Of(session, folder, errors);
            OnnxOutputMap outputs = OnnxOutputMap.Of(session, folder, errors);
            return errors.Count == 0 ? new OnnxBackend(folder, session, inputs, outputs) : throw new KdException(errors);
        }
        catch
        {
            session.Dispose();
            throw;
        }
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
            return names.Zip(answers).ToDictionary(a => a.First, a => a.Second.GetTensorDataAsSpan<float>().ToArray());
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

    // One thread for a batch: the device's lanes are the parallelism, and a row's bits depend on no number of threads.
    private static InferenceSession Open(string file, string device)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        try
        {
            if (device != "cpu")
            {
                options.AppendExecutionProvider_CUDA(device.Contains(':', StringComparison.Ordinal) ? int.Parse(device.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture) : 0);
            }
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException)
        {
            throw new KdException("KD1242", $"ONNX Runtime has no device {device}: {FirstLine(e)}", file, "Deploy it with device cpu, or build the silo with -p:KdOnnxRuntime=Microsoft.ML.OnnxRuntime.Gpu.", e);
        }

        try
        {
            return new InferenceSession(file, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new KdException("KD1241", $"the model cannot be read: {FirstLine(e)}", file, "Write it again with an opset that ONNX Runtime knows, with all its files.", e);
        }
    }

    private static string FirstLine(Exception e) => e.Message.Split('\n')[0].TrimEnd('.', '\r') + ".";

    private string FingerprintOf(string content, string output)
    {
        using ContentHash hash = new();
        hash.Add(["kdcluster-onnx-1", content, Encoder.Hash, output, _sources[output]]);
        return hash.End();
    }
}
