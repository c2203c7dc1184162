using System.Text.Json;
using KdCluster.Instances;
using KdCluster.Learning.Models;
using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>The form of the images: <c>pixels</c> uint8 [channels, height, width]. Its file also says how the model of the checkpoint normalises them, which decides no view.</summary>
/// <param name="image">Sizes and normalisation.</param>
public sealed class ImageEncoder(ImageInput image) : InputEncoder
{
    /// <summary>The file's name, as Hugging Face has it.</summary>
    public const string File = "preprocessor_config.json";

    private const string Type = "KdClusterImageProcessor";

    /// <summary>Sizes and normalisation.</summary>
    public ImageInput Image => image;

    /// <inheritdoc/>
    public override string Hash { get; } = ComputeHash(image);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorLayout> Layouts { get; } = [image.Layout];

    /// <inheritdoc/>
    public override int MaxLength => 0;

    /// <inheritdoc/>
    public override string FileName => File;

    /// <inheritdoc/>
    public override ModelShape ShapeOf(ModelSpec spec, int classes) => new(spec, 0, classes, 0) { Image = ((ImageEncoder)For(spec)).Image };

    /// <inheritdoc/>
    public override string? Fault(InstanceView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        TensorLayout wanted = image.Layout;
        return view.IsText ? $"token ids, where {wanted} is expected"
            : view.Tensors.Count != 1 ? $"{view.Tensors.Count} tensors, where {wanted} alone is expected"
            : !view.Tensors[0].Layout.Fits(wanted) ? $"{view.Tensors[0].Layout}, where {wanted} is expected"
            : view.Tensors[0].Bytes.Length != wanted.Bytes ? $"{view.Tensors[0].Bytes.Length} bytes of pixels, where {wanted} has {wanted.Bytes}"
            : null;
    }

    /// <inheritdoc/>
    /// <remarks>A model may normalise the images in a way of its own.</remarks>
    public override InputEncoder For(ModelSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.Mean is null && spec.Std is null ? this : new ImageEncoder(image with { Mean = spec.Mean ?? image.Mean, Deviation = spec.Std ?? image.Deviation });
    }

    /// <inheritdoc/>
    public override byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("image_processor_type", Type);
            json.WriteStartObject("size");
            json.WriteNumber("height", image.Height);
            json.WriteNumber("width", image.Width);
            json.WriteEndObject();
            json.WriteNumber("num_channels", image.Channels);
            json.WriteNumber("rescale_factor", 1.0 / 255);
            Write(json, "image_mean", image.Mean);
            Write(json, "image_std", image.Deviation);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>Whether a file is of this kind, whatever else is wrong with it.</summary>
    internal static bool IsOne(ReadOnlySpan<byte> bytes) => bytes[..Math.Min(bytes.Length, 128)].IndexOf("\"image_processor_type\""u8) >= 0;

    /// <exception cref="KdException"><c>KD1207</c>: it is something else.</exception>
    internal static new ImageEncoder FromBytes(byte[] bytes, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonElement json = document.RootElement, size = json.GetProperty("size");
            if (json.GetProperty("image_processor_type").GetString() != Type || json.GetProperty("rescale_factor").GetDouble() != 1.0 / 255)
                throw Refuse(where, "it states other rules than this project's", null);
            var found = new ImageInput(json.GetProperty("num_channels").GetInt32(), size.GetProperty("height").GetInt32(), size.GetProperty("width").GetInt32(), Numbers(json, "image_mean"), Numbers(json, "image_std"));
            return found is { Channels: > 0, Height: > 0, Width: > 0 } ? new ImageEncoder(found) : throw Refuse(where, "its sizes are none", null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Refuse(where, "it is not a preprocessor_config.json of images", e);
        }
    }

    internal static double[] Numbers(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(n => n.GetDouble())];

    internal static void Write(Utf8JsonWriter json, string name, IReadOnlyList<double> numbers)
    {
        json.WriteStartArray(name);
        foreach (double number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static string ComputeHash(ImageInput image)
    {
        using ContentHash hash = new();
        hash.Add("kdcluster-pixels-1"u8);
        hash.Add(image.Layout.ToString());
        return hash.End();
    }

    private static KdException Refuse(string where, string why, Exception? inner) => new("KD1207", $"{why}.", where, "Use the file that belongs to the checkpoint.", inner);
}
