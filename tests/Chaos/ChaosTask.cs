using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KdCluster.Recipes;

namespace KdCluster.Chaos;

/// <summary>The made-up classification that is trained while things die: a text has words of its own class among words of all. Rows are a function of their number.</summary>
internal static class ChaosTask
{
    public const string FirstTeacher = "chaos-bag", SecondTeacher = "chaos-cnn";
    /// <summary>Of the run; its students see each row once in each, and ask for it in the first.</summary>
    public const int Epochs = 3;

    /// <summary>Of the run: one for each seed.</summary>
    public const int Students = 6;

    private const int Classes = 3, TrainRows = 3000, OtherRows = 120;

    public static void Write(string folder)
    {
        Rows(Path.Combine(folder, "train.tsv"), TrainRows, 1);
        Rows(Path.Combine(folder, "validation.tsv"), OtherRows, 2);
        Rows(Path.Combine(folder, "test.tsv"), OtherRows, 3);
    }

    /// <summary>A teacher's recipe.</summary>
    public static string Teacher(string folder, string name, string kind) => Base(folder, name, kind, 1).ToJsonString();

    /// <summary>The run's recipe: both teachers, the learned weighting where the loop can have one, and a store or none.</summary>
    /// <param name="folder">Where the data are.</param>
    /// <param name="store">Of soft targets.</param>
    /// <param name="loop">What a step does.</param>
    public static string Run(string folder, string store, string loop)
    {
        JsonObject recipe = Base(folder, "chaos", "text-cnn", Epochs);
        recipe["teachers"] = new JsonArray(new JsonObject { ["name"] = FirstTeacher }, new JsonObject { ["name"] = SecondTeacher });
        recipe["weighting"] = new JsonObject { ["kind"] = loop == LoopSpec.Bilevel ? "random-single" : "reinforced" };
        switch (loop)
        {
            case LoopSpec.TwoPlayer:
                recipe["loop"] = new JsonObject { ["kind"] = loop, ["criticHidden"] = 16 };
                recipe["objective"] = new JsonObject { ["terms"] = new JsonArray(Term("kd", 1), Term("cross-entropy", 1), Term("adversary", 0.1)) };
                break;
            case LoopSpec.Bilevel:
                recipe["loop"] = new JsonObject { ["kind"] = loop, ["items"] = 6, ["length"] = 6, ["innerSteps"] = 2, ["innerRate"] = 0.5, ["start"] = "drawn" };
                recipe["student"]!["dropout"] = 0;
                recipe["training"]!["weightDecay"] = 0;
                break;
        }

        recipe["training"]!["seeds"] = new JsonArray([.. Enumerable.Range(1, Students).Select(seed => (JsonNode)seed)]);
        recipe["store"] = store;
        return recipe.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private static JsonObject Term(string loss, double weight) => new() { ["loss"] = loss, ["weight"] = weight };

    private static JsonObject Base(string folder, string name, string kind, int epochs) => new()
    {
        ["name"] = name,
        ["data"] = new JsonObject
        {
            ["train"] = Path.Combine(folder, "train.tsv"),
            ["validation"] = Path.Combine(folder, "validation.tsv"),
            ["test"] = Path.Combine(folder, "test.tsv"),
            ["maxLength"] = 16,
            ["vocabulary"] = 500,
        },
        ["student"] = new JsonObject { ["kind"] = kind, ["embedding"] = 16, ["hidden"] = 16 },
        ["training"] = new JsonObject { ["epochs"] = epochs, ["batchSize"] = 16, ["learningRate"] = 0.01, ["checkpointEvery"] = 50 },
    };

    private static void Rows(string path, int count, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder("text\tlabel\n");
        for (int i = 0; i < count; i++)
        {
            int label = random.Next(Classes);
            IEnumerable<string> words = Enumerable.Range(0, random.Next(3, 14)).Select(_ => random.Next(4) == 0 ? $"own{label}x{random.Next(12)}" : $"any{random.Next(60)}");
            text.Append(string.Join(' ', words)).Append('\t').Append(label).Append('\n');
        }

        File.WriteAllText(path, text.ToString());
    }
}
