using System.Globalization;
using System.Text.Json;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Recipes;

namespace KdCluster.Learning.Checkpoints;

/// <summary>The sizes of an image model in a checkpoint's <c>config.json</c>.</summary>
internal static class ImageConfig
{
    public const string ModelType = "kdcluster-image";

    /// <summary>All that decides an answer, as one line; numbers in the shortest form that gives them back.</summary>
    public static string Architecture(ModelShape shape)
    {
        (ModelSpec spec, ImageInput image) = (shape.Spec, shape.Image!);
        string sizes = spec.Kind == "mlp" ? $"hidden={Text(spec.Hidden)} layers={Text(spec.Layers)}" : $"depth={Text(spec.DepthOrDefault())} channels={Text(spec.ChannelsOrDefault())}";
        return $"{spec.Kind} {sizes} image={Text(image.Channels)}x{Text(image.Height)}x{Text(image.Width)} mean={List(image.Mean)} std={List(image.Deviation)} classes={Text(shape.Classes)}";

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
        static string List(IEnumerable<double> numbers) => string.Join(',', numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture)));
    }

    public static void Write(Utf8JsonWriter json, ModelShape shape)
    {
        (ModelSpec spec, ImageInput image) = (shape.Spec, shape.Image!);
        if (spec.Kind == "mlp")
        {
            json.WriteNumber("hidden", spec.Hidden);
            json.WriteNumber("layers", spec.Layers);
        }
        else
        {
            json.WriteNumber("depth", spec.DepthOrDefault());
            json.WriteNumber("channels", spec.ChannelsOrDefault());
        }

        json.WriteNumber("dropout", spec.Dropout);
        json.WriteNumber("num_channels", image.Channels);
        json.WriteStartArray("image_size");
        json.WriteNumberValue(image.Height);
        json.WriteNumberValue(image.Width);
        json.WriteEndArray();
        ImageEncoder.Write(json, "image_mean", image.Mean);
        ImageEncoder.Write(json, "image_std", image.Deviation);
    }

    public static ModelShape Read(JsonElement json, int classes)
    {
        string kind = json.GetProperty("kind").GetString() ?? "";
        bool full = kind == "mlp";
        var spec = new ModelSpec { Kind = kind, Dropout = json.GetProperty("dropout").GetDouble() };
        spec = full
            ? spec with { Hidden = json.GetProperty("hidden").GetInt32(), Layers = json.GetProperty("layers").GetInt32() }
            : spec with { Depth = json.GetProperty("depth").GetInt32(), Channels = json.GetProperty("channels").GetInt32() };
        int[] size = [.. json.GetProperty("image_size").EnumerateArray().Select(n => n.GetInt32())];
        return new ModelShape(spec, 0, classes, 0)
        {
            Image = new ImageInput(json.GetProperty("num_channels").GetInt32(), size.ElementAtOrDefault(0), size.ElementAtOrDefault(1), ImageEncoder.Numbers(json, "image_mean"), ImageEncoder.Numbers(json, "image_std")),
        };
    }
}
