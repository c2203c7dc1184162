using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KdCluster.Tests.Support;

/// <summary>
/// A small made-up classification: each text has words of its own class among words of all, so that models learn it within seconds and
/// none is perfect. Rows are a function of the seed.
/// </summary>
internal static class TinyTask
{
    public const int Classes = 3;

    /// <summary>Writes train.tsv, validation.tsv and test.tsv.</summary>
    public static void Write(string folder, int train = 240)
    {
        Rows(System.IO.Path.Combine(folder, "train.tsv"), train, 1);
        Rows(System.IO.Path.Combine(folder, "validation.tsv"), 60, 2);
        Rows(System.IO.Path.Combine(folder, "test.tsv"), 60, 3);
    }

    /// <summary>A recipe over that folder; a teacher's when no teachers are named.</summary>
    public static string Recipe(string folder, string name = "tiny", string kind = "bag-of-embeddings", string[]? teachers = null, Action<JsonObject>? change = null)
    {
        JsonObject recipe = new()
        {
            ["name"] = name,
            ["data"] = new JsonObject
            {
                ["train"] = System.IO.Path.Combine(folder, "train.tsv"),
                ["validation"] = System.IO.Path.Combine(folder, "validation.tsv"),
                ["test"] = System.IO.Path.Combine(folder, "test.tsv"),
                ["maxLength"] = 16,
                ["vocabulary"] = 500,
            },
            ["student"] = new JsonObject { ["kind"] = kind, ["embedding"] = 16, ["hidden"] = 16 },
            ["training"] = new JsonObject { ["epochs"] = 2, ["batchSize"] = 16, ["learningRate"] = 0.01, ["checkpointEvery"] = 5 },
        };
        if (teachers is not null)
        {
            recipe["teachers"] = new JsonArray([.. teachers.Select(t => Teacher(t))]);
            recipe["weighting"] = new JsonObject { ["kind"] = "uniform" };
        }

        change?.Invoke(recipe);
        return recipe.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    /// <summary><c>name</c>, or <c>name@endpoint</c>.</summary>
    private static JsonObject Teacher(string reference)
    {
        string[] parts = reference.Split('@');
        JsonObject teacher = new() { ["name"] = parts[0] };
        if (parts.Length > 1)
        {
            teacher["endpoint"] = parts[1];
        }

        return teacher;
    }

    private static void Rows(string path, int count, int seed)
    {
        Random random = new(seed);
        StringBuilder text = new("text\tlabel\n");
        for (int i = 0; i < count; i++)
        {
            int label = random.Next(Classes);
            int length = random.Next(3, 14);
            string[] words = [.. Enumerable.Range(0, length).Select(_ => random.Next(4) == 0 ? $"own{label}x{random.Next(12)}" : $"any{random.Next(60)}")];
            text.Append(string.Join(' ', words)).Append('\t').Append(label).Append('\n');
        }

        System.IO.File.WriteAllText(path, text.ToString());
    }
}
