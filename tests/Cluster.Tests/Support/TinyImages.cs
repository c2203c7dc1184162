using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace KdCluster.Tests.Support;

/// <summary>A small made-up classification of images: the class is the brightest of the four quarters. Rows are a function of the seed.</summary>
internal static class TinyImages
{
    public const int Side = 12;

    /// <summary>Writes train, validation and test images as idx files, with labels beside them.</summary>
    public static void Write(string folder, int train = 240)
    {
        Rows(folder, "train", train, 1);
        Rows(folder, "validation", 60, 2);
        Rows(folder, "test", 60, 3);
    }

    /// <summary>A recipe over that folder; a teacher's when no teachers are named.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="name">Of the recipe.</param>
    /// <param name="kind">The student's model.</param>
    /// <param name="teachers"><c>name</c>, or <c>name@endpoint</c>.</param>
    /// <param name="change">The last word.</param>
    public static string Recipe(string folder, string name = "images", string kind = "mlp", string[]? teachers = null, Action<JsonObject>? change = null)
    {
        JsonObject student = new() { ["kind"] = kind, ["dropout"] = 0 };
        if (kind == "mlp")
        {
            student["hidden"] = 16;
        }
        else
        {
            (student["depth"], student["channels"]) = (kind == "resnet" ? 8 : 2, 6);
        }

        string text = TinyTask.Recipe(folder, name, teachers: teachers, change: r =>
        {
            r["task"] = "image-classification";
            r["data"] = new JsonObject { ["labels"] = new JsonArray("upper left", "upper right", "lower left", "lower right") };
            foreach (string split in new[] { "train", "validation", "test" })
            {
                r["data"]![split] = File(folder, split);
            }

            r["student"] = student;
            change?.Invoke(r);
        });
        return text;
    }

    public static string File(string folder, string split) => System.IO.Path.Combine(folder, $"{split}-images-idx3-ubyte");

    /// <summary>Images of a split, one after the other.</summary>
    public static byte[][] Pixels(string folder, string split) => [.. System.IO.File.ReadAllBytes(File(folder, split))[16..].Chunk(Side * Side)];

    private static void Rows(string folder, string split, int count, int seed)
    {
        Random random = new(seed);
        byte[] labels = [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next(4))];
        byte[] pixels = [.. labels.SelectMany(label => Enumerable.Range(0, Side * Side).Select(at =>
        {
            int quarter = (2 * (2 * (at / Side) / Side)) + (2 * (at % Side) / Side);
            return (byte)(random.Next(120) + (quarter == label ? 90 : 0));
        }))];
        string images = File(folder, split);
        System.IO.File.WriteAllBytes(images, [0, 0, 8, 3, .. BigEndian(count), .. BigEndian(Side), .. BigEndian(Side), .. pixels]);
        System.IO.File.WriteAllBytes(images.Replace("images-idx3", "labels-idx1", StringComparison.Ordinal), [0, 0, 8, 1, .. BigEndian(count), .. labels]);
    }

    private static byte[] BigEndian(int number)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
