using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>What a model's inputs are filled with: as the deployment says, else by their names, those that are usual in transformers and its exporters.</summary>
internal sealed class OnnxInputMap
{
    private static readonly Dictionary<string, InputPart> s_ours = new(StringComparer.Ordinal)
    {
        ["input_ids"] = InputPart.Ids,
        ["attention_mask"] = InputPart.Mask,
        ["token_type_ids"] = InputPart.Types,
        ["pixels"] = InputPart.Pixels,
    };

    private static readonly Dictionary<string, InputPart> s_meanings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["input_ids"] = InputPart.Ids,
        ["ids"] = InputPart.Ids,
        ["tokens"] = InputPart.Ids,
        ["attention_mask"] = InputPart.Mask,
        ["mask"] = InputPart.Mask,
        ["input_mask"] = InputPart.Mask,
        ["token_type_ids"] = InputPart.Types,
        ["segment_ids"] = InputPart.Types,
        ["pixels"] = InputPart.Pixels,
        ["pixel_values"] = InputPart.Pixels,
        ["input"] = InputPart.Pixels,
        ["images"] = InputPart.Pixels,
    };

    private readonly (string Name, InputPart Part, TensorElementType Type)[] _inputs;
    private readonly InputBatch _batch;

    private OnnxInputMap((string Name, InputPart Part, TensorElementType Type)[] inputs, InputBatch batch, int? length)
    {
        (_inputs, _batch, Length) = (inputs, batch, length);
        Normalisation = batch.Image is not null && inputs.Any(i => i.Type == TensorElementType.Float) ? $"{batch.Image}" : "";
        (string, InputPart)[] filled = [.. inputs.Select(i => (i.Name, i.Part))], usual = [.. inputs.Where(i => s_meanings.ContainsKey(i.Name)).Select(i => (i.Name, s_meanings[i.Name]))];
        Mapping = filled.SequenceEqual(usual) ? "" : string.Join(' ', inputs.OrderBy(i => i.Name, StringComparer.Ordinal).Select(i => $"{i.Part}={i.Name}"));
    }

    /// <summary>How pixels are normalised before the model sees them, which decides its answers; empty: not at all.</summary>
    public string Normalisation { get; }

    /// <summary>What fills the inputs, which decides the model's answers; empty: what their names say.</summary>
    public string Mapping { get; }

    /// <summary>The length that every batch must have; null: any.</summary>
    public int? Length { get; }

    /// <summary>Finds it.</summary>
    /// <param name="session">The model.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="names">What the deployment says, from our names to the model's; null: nothing.</param>
    /// <param name="errors">Takes <c>KD1241</c> for every input that nothing here fits, <c>KD1243</c> for names of the deployment that there are not.</param>
    public static OnnxInputMap Of(InferenceSession session, ModelFolder folder, IReadOnlyDictionary<string, string>? names, List<KdError> errors)
    {
        InputBatch batch = new(folder.Encoder);
        string[] ours = [.. s_ours.Where(o => (o.Value == InputPart.Pixels) == batch.Image is not null).Select(o => o.Key)];
        Dictionary<string, InputPart> mapped = MappedNames.Of(names, "input", string.Join(" or ", ours), ours.Contains, session.InputNames, folder.Model, errors)
            .Where(m => ours.Contains(m.Value)).ToDictionary(m => m.Key, m => s_ours[m.Value], StringComparer.Ordinal);
        List<(string, InputPart, TensorElementType)> inputs = [];
        HashSet<int> lengths = [];
        ImageInput? images = batch.Image;
        foreach ((string name, NodeMetadata input) in session.InputMetadata)
        {
            bool stated = mapped.TryGetValue(name, out InputPart part);
            if (!stated && s_meanings.TryGetValue(name, out part) && mapped.FirstOrDefault(m => m.Value == part).Key is { } instead)
            {
                Refuse(name, $"{instead} is {s_ours.First(o => o.Value == part).Key}");
                continue;
            }

            if ((!stated && !s_meanings.ContainsKey(name)) || (part == InputPart.Pixels) != (images is not null))
            {
                Refuse(name, images is null ? "it is none of the inputs of texts: input_ids, attention_mask, token_type_ids" : "it is not the input of images: pixels or pixel_values");
                continue;
            }

            int[] sizes = input.Dimensions;
            TensorElementType[] types = part == InputPart.Pixels ? [TensorElementType.UInt8, TensorElementType.Float] : [TensorElementType.Int64, TensorElementType.Int32];
            bool fits = part == InputPart.Pixels
                ? sizes is [_, var channels, var height, var width] && Fits(channels, images!.Channels) && Fits(height, images.Height) && Fits(width, images.Width)
                : sizes.Length == 2;
            if (!types.Contains(input.ElementDataType) || !fits)
                Refuse(name, $"its form {input.ElementDataType} [{string.Join(", ", sizes)}] does not fit {(images is null ? "a batch of tokens" : images.Layout)}");
            else if (sizes[0] > 0)
                Refuse(name, $"it takes batches of {sizes[0]} alone");
            if (fits && part != InputPart.Pixels && sizes[1] > 0)
                lengths.Add(sizes[1]);
            inputs.Add((name, part, input.ElementDataType));
        }

        int? length = lengths.Count == 0 ? null : lengths.Min();
        if (lengths.Count > 1 || length < folder.Encoder.MaxLength)
            errors.Add(new KdError("KD1241", $"its inputs have {string.Join(" and ", lengths.Order())} tokens, and the tokenizer makes up to {folder.Encoder.MaxLength}.", folder.Model, "Export it with any length, or set the tokenizer's greatest length."));
        if (images is null && inputs.All(i => i.Item2 != InputPart.Ids))
            errors.Add(new KdError("KD1241", "it takes no token ids.", folder.Model, "Export it with an input input_ids."));
        if (folder.Encoder is Tokenizer tokens && tokens.Padding >= tokens.Vocabulary && inputs.All(i => i.Item2 != InputPart.Mask))
            errors.Add(new KdError("KD1241", "its tokenizer has no token for padding, and it takes no mask: what fills a batch up would be read as text.", folder.Model, "Export it with an input attention_mask."));
        return new OnnxInputMap([.. inputs], batch, length);

        static bool Fits(int size, int own) => size <= 0 || size == own;

        void Refuse(string name, string why) => errors.Add(new KdError("KD1241", $"the input {name} cannot be filled: {why}.", folder.Model, "Export it with a batch of any size and the usual names, or say which input it is: --input NAME=ITS-NAME."));
    }

    /// <summary>The inputs of a batch.</summary>
    public Dictionary<string, OrtValue> Values(IReadOnlyList<InstanceView> rows, int padTo, int padRows)
    {
        Dictionary<string, OrtValue> values = new(StringComparer.Ordinal);
        try
        {
            foreach ((string name, InputPart part, TensorElementType type) in _inputs)
            {
                values[name] = part == InputPart.Pixels ? Pixels(rows, padRows, type) : Tokens(rows, part, padTo, padRows, type);
            }

            return values;
        }
        catch
        {
            foreach (OrtValue value in values.Values)
            {
                value.Dispose();
            }

            throw;
        }
    }

    private OrtValue Tokens(IReadOnlyList<InstanceView> rows, InputPart part, int padTo, int padRows, TensorElementType type)
    {
        long[] values = _batch.Tokens(part, rows, padTo, padRows), shape = [padRows, padTo];
        return type == TensorElementType.Int64 ? OrtValue.CreateTensorValueFromMemory(values, shape) : OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, v => (int)v), shape);
    }

    private OrtValue Pixels(IReadOnlyList<InstanceView> rows, int padRows, TensorElementType type)
    {
        ImageInput image = _batch.Image!;
        long[] shape = [padRows, image.Channels, image.Height, image.Width];
        return type == TensorElementType.UInt8 ? OrtValue.CreateTensorValueFromMemory(_batch.Pixels(rows, padRows), shape) : OrtValue.CreateTensorValueFromMemory(_batch.Normalised(rows, padRows), shape);
    }
}
