using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KdCluster.Grains;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Text;
using KdCluster.Learning.Torch;
using KdCluster.SoftTargets;
using static TorchSharp.torch;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>A TorchScript model of any make, computed by libtorch. Its inputs are told by their places; its outputs too, of a tuple or a list: <c>0</c>, <c>1</c>, and in a list within it <c>1.0</c>.</summary>
internal sealed class TorchScriptBackend : ITeacherBackend
{
    private const string Code = "KD1244";

    private readonly ModelFolder _folder;
    private readonly jit.ScriptModule _module;
    private readonly Device _device;
    private readonly InputBatch _batch;
    private readonly InputPart[] _parts;
    private readonly OutputMap _map;

    private TorchScriptBackend(ModelFolder folder, jit.ScriptModule module, Device device, InputPart[] parts, OutputMap map)
    {
        (_folder, _module, _device, _parts, _map, _batch) = (folder, module, device, parts, map, new InputBatch(folder.Encoder));
        using (NewDisposeScope())
        {
            Parameters = module.named_parameters().Sum(p => p.parameter.numel());
        }

        using FileStream stream = File.OpenRead(folder.Model);
        string content = Convert.ToHexStringLower(SHA256.HashData(stream));
        Bytes = stream.Length;
        Fingerprints = [.. map.Outputs.Select(o => FingerprintOf(content, o.Name))];
    }

    public string Kind => "torchscript";

    public long Parameters { get; }

    public long Bytes { get; }

    public LabelSpace Labels => _map.Labels;

    public InputEncoder Encoder => _folder.Encoder;

    public IReadOnlyList<(string Name, OutputShape Shape)> Outputs => _map.Outputs;

    public IReadOnlyList<string> Fingerprints { get; }

    public IReadOnlyDictionary<string, double> Figures => _folder.Figures;

    /// <summary>Reads a folder with a TorchScript file.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="device">Such as <c>cpu</c> or <c>cuda:0</c>.</param>
    /// <param name="tried">Whether it was loaded in another process before.</param>
    /// <param name="names">Which inputs and outputs are which, by their places; null: ids, mask and types, and the first output is the answer.</param>
    /// <exception cref="KdException">
    /// <c>KD1202</c>, <c>KD1204</c>, <c>KD1207</c>: its other files cannot be used; <c>KD1206</c>: the device is absent; <c>KD1243</c>: a place that there is not, or mapped twice; <c>KD1244</c>: the file cannot be read, or its inputs or outputs do not fit.
    /// </exception>
    public static TorchScriptBackend Load(string path, string device, TensorNames? names, bool tried)
    {
        Device there = TorchRuntime.ParseDevice(device);
        ModelFolder folder = ModelFolder.Read(path, TorchScriptFolder.FileOf(path));
        if ((TorchScriptFile.Fault(folder.Model) ?? (tried ? null : TorchScriptTrial.Fault(path, names))) is { } fault)
        {
            throw Refuse(folder, fault, "Write it with torch.jit.save, of a traced or scripted model without operators of other libraries.");
        }

        // On a GPU an index beyond a table would take the device with it: what the model can do is found out on the CPU.
        jit.ScriptModule module = Read(folder, CPU);
        try
        {
            List<KdError> errors = [];
            InputPart[] parts = PartsOf(module, folder, names?.Inputs, errors);
            if (errors.Count > 0)
            {
                throw new KdException(errors);
            }

            OutputMap map = MapOf(module, folder, parts, names?.Outputs, errors);
            if (errors.Count > 0)
            {
                throw new KdException(errors);
            }

            if (there.type != TorchSharp.DeviceType.CPU)
            {
                module.Dispose();
                module = Read(folder, there);
            }

            return new TorchScriptBackend(folder, module, there, parts, map);
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    public int PaddedLength(int length) => PaddedLength(_folder, length);

    public Dictionary<string, float[]> Forward(IReadOnlyList<InstanceView> rows, int padTo, int padRows, IReadOnlyCollection<string> wanted)
    {
        using IDisposable noGrad = no_grad();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> answers = Call(_module, _batch, _parts, rows, padTo, padRows, _device);
        return wanted.ToDictionary(name => name, name => Numbers(name, answers, padTo, padRows));
    }

    public void Dispose() => _module.Dispose();

    private float[] Numbers(string name, Dictionary<string, Tensor> answers, int padTo, int padRows)
    {
        string source = _map.Sources[name];
        long expected = padRows * _map.Outputs.First(o => o.Name == name).Shape.Size(padTo);
        return answers.TryGetValue(source, out Tensor? answer) && answer.dtype == ScalarType.Float32 && answer.numel() == expected
            ? answer.cpu().contiguous().data<float>().ToArray()
            : throw new InvalidOperationException($"its output {source} is {(answer is null ? "missing" : $"{answer.dtype} [{string.Join(", ", answer.shape)}]")}, and {expected} numbers in float32 are expected of {padRows} rows of {padTo} tokens");
    }

    private static jit.ScriptModule Read(ModelFolder folder, Device device)
    {
        try
        {
            jit.ScriptModule module = jit.load(folder.Model, device);
            module.eval();
            return module;
        }
        catch (ExternalException e)
        {
            throw Refuse(folder, $"libtorch cannot read it: {FirstLine(e)}", "Write it with torch.jit.save, by a version that is no newer than libtorch here.", e);
        }
    }

    // By their places: ids, mask, types. More arguments must have defaults.
    private static InputPart[] PartsOf(jit.ScriptModule module, ModelFolder folder, IReadOnlyDictionary<string, string>? names, List<KdError> errors)
    {
        (string Name, InputPart Part)[] usual = new InputBatch(folder.Encoder).Image is null ? [("input_ids", InputPart.Ids), ("attention_mask", InputPart.Mask), ("token_type_ids", InputPart.Types)] : [("pixels", InputPart.Pixels)];
        int count = Math.Min(ArgumentsOf(module, folder), usual.Length);
        string[] ours = [.. usual.Select(u => u.Name)], places = [.. Enumerable.Range(0, count).Select(i => $"{i}")];
        Dictionary<string, string> mapped = MappedNames.Of(names, "input", string.Join(" or ", ours), ours.Contains, places, folder.Model, errors);
        string[] filled = [.. places.Select((place, i) => mapped.GetValueOrDefault(place) ?? ours[i])];
        if (errors.Count == 0 && filled.Distinct().Count() < count)
        {
            errors.Add(new KdError("KD1243", $"the model's inputs 0 to {count - 1} would be {string.Join(", ", filled)}.", folder.Model, "Map all of them, each to another."));
        }

        InputPart[] parts = [.. filled.Select(f => usual.FirstOrDefault(u => u.Name == f).Part)];
        if (errors.Count == 0 && folder.Encoder is Tokenizer tokens && tokens.Padding >= tokens.Vocabulary && !parts.Contains(InputPart.Mask))
        {
            errors.Add(new KdError(Code, "its tokenizer has no token for padding, and it takes no mask: what fills a batch up would be read as text.", folder.Model, "Export it with a second input, the mask."));
        }

        return parts;
    }

    private static int ArgumentsOf(jit.ScriptModule module, ModelFolder folder)
    {
        try
        {
            _ = module.call();
        }
        catch (ExternalException e) when (e.Message.Contains("'forward' is not defined", StringComparison.Ordinal))
        {
            // To ask for the arguments of what is not there would end the process.
            throw Refuse(folder, "it has no method forward", "Export the model as a module.", e);
        }
        catch (Exception e) when (e is not KdException)
        {
            // It wants arguments.
        }

        int count = module.GetNumberOfInputs();
        return count > 0 ? count : throw Refuse(folder, "its method forward takes no input", "Export a model that takes token ids, the mask and token types, or pixels.");
    }

    // What is as large as the batch or the length, two batches tell.
    private static OutputMap MapOf(jit.ScriptModule module, ModelFolder folder, InputPart[] parts, IReadOnlyDictionary<string, string>? names, List<KdError> errors)
    {
        int shorter = PaddedLength(folder, 1), longer = PaddedLength(folder, Math.Min(shorter + 1, folder.Encoder.MaxLength));
        ModelTensor[] one = Probe(2, shorter), other = Probe(3, longer);
        if (!one.Select(t => t.Name).SequenceEqual(other.Select(t => t.Name)) || one.Zip(other).Any(p => p.First.Sizes.Count != p.Second.Sizes.Count))
        {
            throw Refuse(folder, "its outputs are others for another batch", "Export it with the same outputs for all batches.");
        }

        ModelTensor[] tensors = [.. one.Zip(other, (a, b) => a with { Sizes = [.. a.Sizes.Zip(b.Sizes, (first, second) => first == second ? first : -1)] })];
        Dictionary<string, string> outputs = new(names ?? new Dictionary<string, string>());
        if (!outputs.ContainsKey(OutputNames.Logits) && !outputs.ContainsKey(OutputNames.Score) && !outputs.ContainsValue("0") && tensors.Any(t => t.Name == "0"))
        {
            outputs[OutputNames.Logits] = "0";
        }

        return OutputMap.Of(tensors, folder, outputs, Code, errors);

        ModelTensor[] Probe(int rows, int length)
        {
            using IDisposable noGrad = no_grad();
            using TorchSharp.DisposeScope scope = NewDisposeScope();
            try
            {
                InstanceView[] views = [.. Enumerable.Range(0, rows).Select(_ => Instance(folder.Encoder, length))];
                return [.. Call(module, new InputBatch(folder.Encoder), parts, views, length, rows, CPU).Select(a => new ModelTensor(a.Key, a.Value.dtype == ScalarType.Float32, [.. a.Value.shape.Select(s => (int)s)]))];
            }
            // What libtorch throws, and what TorchSharp does with answers that it cannot hand over: a dict, for instance.
            catch (Exception e) when (e is not KdException)
            {
                throw Refuse(
                    folder, $"it cannot be computed for {rows} rows of {length} tokens with {string.Join(", ", parts)}: {FirstLine(e)}",
                    "It is given token ids, the mask and token types by their places, or pixels, and answers with a tensor, a tuple or a list, not with a dict. Batches and texts are of any size, tokens any of the tokenizer's.", e);
            }
        }
    }

    // Of all that the encoder can make the last token, which a table that is too short has not.
    private static InstanceView Instance(InputEncoder encoder, int length) => encoder is Tokenizer tokenizer
        ? new InstanceView([.. Enumerable.Repeat(tokenizer.Vocabulary - 1, Math.Min(length, encoder.MaxLength))])
        : new InstanceView(new NamedTensor(encoder.Layouts[0], new byte[encoder.Layouts[0].Bytes!.Value]));

    private static Dictionary<string, Tensor> Call(jit.ScriptModule module, InputBatch batch, InputPart[] parts, IReadOnlyList<InstanceView> rows, int padTo, int padRows, Device device)
    {
        Tensor[] inputs = [.. parts.Select(part => part == InputPart.Pixels
            ? tensor(batch.Normalised(rows, padRows), [padRows, batch.Image!.Channels, batch.Image.Height, batch.Image.Width], device: device)
            : tensor(batch.Tokens(part, rows, padTo, padRows), [padRows, padTo], device: device))];
        Dictionary<string, Tensor> answers = new(StringComparer.Ordinal);
        Flatten(module.call([.. inputs.Cast<object>()]), "", answers);
        return answers;
    }

    private static void Flatten(object? result, string name, Dictionary<string, Tensor> answers)
    {
        if (result is Tensor tensor)
        {
            answers[name.Length == 0 ? "0" : name] = tensor;
            return;
        }

        IEnumerable<object?> parts = result switch
        {
            ITuple tuple => Enumerable.Range(0, tuple.Length).Select(i => tuple[i]),
            System.Collections.IEnumerable list => list.Cast<object?>(),
            _ => [],
        };
        int place = 0;
        foreach (object? part in parts)
        {
            Flatten(part, name.Length == 0 ? $"{place++}" : $"{name}.{place++}", answers);
        }
    }

    private static int PaddedLength(ModelFolder folder, int length) => folder.Encoder.MaxLength == 0 ? 0 : LengthBuckets.Of(length, folder.Encoder.MaxLength);

    private string FingerprintOf(string content, string output)
    {
        using ContentHash hash = new();
        hash.Add(["kdcluster-torchscript-1", content, Encoder.Hash, _batch.Image is { } image ? $"{image}" : "", string.Join(' ', _parts), output, _map.Sources[output]]);
        return hash.End();
    }

    private static string FirstLine(Exception e) => e.Message.Split('\n').Select(l => l.Trim()).LastOrDefault(l => l.StartsWith("RuntimeError", StringComparison.Ordinal)) ?? e.Message.Split('\n')[0].Trim();

    private static KdException Refuse(ModelFolder folder, string why, string fix, Exception? inner = null) => new(Code, $"{why.TrimEnd('.')}.", folder.Model, fix, inner);
}
