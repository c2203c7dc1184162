using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace KdCluster.Tests.Support;

/// <summary>The rows of the tiny task with a score from 1 to 5 in place of the class: what a row's own words come to.</summary>
internal static class TinyScores
{
    public static void Write(string folder)
    {
        foreach ((string split, int count, int seed) in new[] { ("train", 240, 1), ("validation", 60, 2), ("test", 60, 3) })
        {
            Random random = new(seed);
            StringBuilder text = new("text\tscore\n");
            for (int i = 0; i < count; i++)
            {
                int[] words = [.. Enumerable.Range(0, random.Next(3, 10)).Select(_ => random.Next(30))];
                text.Append(string.Join(' ', words.Select(w => $"w{w}"))).Append('\t').Append(string.Create(CultureInfo.InvariantCulture, $"{1 + (4 * words.Average() / 29):0.00}")).Append('\n');
            }

            System.IO.File.WriteAllText(System.IO.Path.Combine(folder, $"scores-{split}.tsv"), text.ToString());
        }
    }

    /// <summary>A recipe over that folder; a teacher's when no teachers are named.</summary>
    public static string Recipe(string folder, string name = "tiny-scores", string kind = "bag-of-embeddings", string[]? teachers = null, Action<JsonObject>? change = null) => TinyTask.Recipe(folder, name, kind, teachers, recipe =>
    {
        recipe["task"] = "text-regression";
        foreach (string split in new[] { "train", "validation", "test" })
        {
            recipe["data"]![split] = System.IO.Path.Combine(folder, $"scores-{split}.tsv");
        }

        recipe["data"]!["columns"] = new JsonObject { ["label"] = "score" };
        recipe["training"]!["epochs"] = 5;
        change?.Invoke(recipe);
    });
}
