using System.Runtime.InteropServices;
using KdCluster.Instances;
using KdCluster.Learning.Onnx;
using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Learning.Text;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>What a model's inputs are filled with, by their names: those that are usual in transformers and its exporters.</summary>
internal sealed class OnnxInputMap
{
    private static readonly Dictionary<string, Part> s_meanings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["input_ids"] = Part.Ids,
        ["ids"] = Part.Ids,
        ["tokens"] = Part.Ids,
        ["attention_mask"] = Part.Mask,
        ["mask"] = Part.Mask,
        ["input_mask"] = Part.Mask,
        ["token_type_ids"] = Part.Types,
        ["segment_ids"] = Part.Types,
        ["pixels"] = Part.Pixels,
        ["pixel_values"] = Part.Pixels,
        ["input"] = Part.Pixels,
        ["images"] = Part.Pixels,
    };

    private readonly (string Name, Part Part, TensorElementType Type)[] _inputs;
    private readonly ImageEncoder? _images;
    private readonly int _padding;

    private OnnxInputMap((string, Part, TensorElementType)[] inputs, OnnxFolder folder, int? length)
    {
        (_inputs, _images, Length) = (inputs, folder.Encoder as ImageEncoder, length);
        // With a mask no token is needed that means nothing.
        _padding = folder.Encoder is Tokenizer { } tokenizer && tokenizer.Padding < tokenizer.Vocabulary ? tokenizer.Padding : 0;
        Normalisation = _images is not null && inputs.Any(i => i.Item3 == TensorElementType.Float) ? $"{_images.Image}" : "";
    }

    private enum Part { Ids, Mask, Types, Pixels }

    /// <summary>How pixels are normalised before the model sees them, which decides its answers; empty: not at all.</summary>
    public string Normalisation { get; }

    /// <summary>The length that every batch must have; null: any.</summary>
    public int? Length { get; }

    /// <summary>Finds it.</summary>
    /// <param name="session">The model.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="errors">Takes <c>KD1241</c> for every input that nothing here fits.</param>
    public static OnnxInputMap Of(InferenceSession session, OnnxFolder folder, List<KdError> errors)
    {
        List<(string, Part, TensorElementType)> inputs = [];
        HashSet<int> lengths = [];
        ImageEncoder? images = folder.Encoder as ImageEncoder;
        foreach ((string name, NodeMetadata input) in session.InputMetadata)
        {
            if (!s_meanings.TryGetValue(name, out Part part) || (part == Part.Pixels) != (images is not null))
            {
                Refuse(name, images is null ? "it is none of the inputs of texts: input_ids, attention_mask, token_type_ids" : "it is not the input of images: pixels or pixel_values");
                continue;
            }

            int[] sizes = input.Dimensions;
            TensorElementType[] types = part == Part.Pixels ? [TensorElementType.UInt8, TensorElementType.Float] : [TensorElementType.Int64, TensorElementType.Int32];
            bool fits = part == Part.Pixels
                ? sizes is [_, var channels, var height, var width] && Fits(channels, images!.Image.Channels) && Fits(height, images.Image.Height) && Fits(width, images.Image.Width)
                : sizes.Length == 2;
            if (!types.Contains(input.ElementDataType) || !fits)
                Refuse(name, $"its form {input.ElementDataType} [{string.Join(", ", sizes)}] does not fit {(images is null ? "a batch of tokens" : images.Image.Layout)}");
            else if (sizes[0] > 0)
                Refuse(name, $"it takes batches of {sizes[0]} alone");
            if (fits && part != Part.Pixels && sizes[1] > 0)
                lengths.Add(sizes[1]);
            inputs.Add((name, part, input.ElementDataType));
        }

        int? length = lengths.Count == 0 ? null : lengths.Min();
        if (lengths.Count > 1 || length < folder.Encoder.MaxLength)
            errors.Add(new KdError("KD1241", $"its inputs have {string.Join(" and ", lengths.Order())} tokens, and the tokenizer makes up to {folder.Encoder.MaxLength}.", folder.Model, "Export it with any length, or set the tokenizer's greatest length."));
        if (images is null && inputs.All(i => i.Item2 != Part.Ids))
            errors.Add(new KdError("KD1241", "it takes no token ids.", folder.Model, "Export it with an input input_ids."));
        if (folder.Encoder is Tokenizer tokens && tokens.Padding >= tokens.Vocabulary && inputs.All(i => i.Item2 != Part.Mask))
            errors.Add(new KdError("KD1241", "its tokenizer has no token for padding, and it takes no mask: what fills a batch up would be read as text.", folder.Model, "Export it with an input attention_mask."));
        return new OnnxInputMap([.. inputs], folder, length);

        static bool Fits(int size, int own) => size <= 0 || size == own;

        void Refuse(string name, string why) => errors.Add(new KdError("KD1241", $"the input {name} cannot be filled: {why}.", folder.Model, "Export it with a batch of any size and the usual names."));
    }

    /// <summary>The inputs of a batch.</summary>
    public Dictionary<string, OrtValue> Values(IReadOnlyList<InstanceView> rows, int padTo, int padRows)
    {
        Dictionary<string, OrtValue> values = new(StringComparer.Ordinal);
        try
        {
            foreach ((string name, Part part, TensorElementType type) in _inputs)
            {
                values[name] = part == Part.Pixels ? Pixels(rows, padRows, type) : Tokens(rows, part, padTo, padRows, type);
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

    private OrtValue Tokens(IReadOnlyList<InstanceView> rows, Part part, int padTo, int padRows, TensorElementType type)
    {
        long[] values = new long[padRows * padTo];
        if (part == Part.Ids)
        {
            Array.Fill(values, _padding);
        }

        for (int r = 0; r < rows.Count; r++)
        {
            int[] ids = rows[r].Ids;
            for (int t = 0; t < ids.Length; t++)
            {
                values[(r * padTo) + t] = part switch { Part.Ids => ids[t], Part.Mask => 1, _ => rows[r].Types?[t] ?? 0 };
            }
        }

        // A row of padding alone: some models divide by its length.
        for (int r = rows.Count; r < padRows && part == Part.Mask; r++)
        {
            values[r * padTo] = 1;
        }

        long[] shape = [padRows, padTo];
        return type == TensorElementType.Int64 ? OrtValue.CreateTensorValueFromMemory(values, shape) : OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, v => (int)v), shape);
    }

    // As bytes, or normalised as the folder says: (pixel/255 − mean)/deviation.
    private OrtValue Pixels(IReadOnlyList<InstanceView> rows, int padRows, TensorElementType type)
    {
        var image = _images!.Image;
        int plane = image.Height * image.Width, size = image.Channels * plane;
        byte[] bytes = new byte[(long)padRows * size];
        for (int r = 0; r < rows.Count; r++)
        {
            rows[r].Tensors[0].Bytes.Span.CopyTo(bytes.AsSpan(r * size));
        }

        long[] shape = [padRows, image.Channels, image.Height, image.Width];
        if (type == TensorElementType.UInt8)
        {
            return OrtValue.CreateTensorValueFromMemory(bytes, shape);
        }

        float[] values = new float[bytes.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int channel = i / plane % image.Channels;
            values[i] = (float)(((bytes[i] / 255.0) - image.Mean[channel]) / image.Deviation[channel]);
        }

        return OrtValue.CreateTensorValueFromMemory(values, shape);
    }
}
