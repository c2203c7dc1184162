using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

public class RecipeWriterTests
{
    public static TheoryData<string> Recipes => new(
        new[] { "recipes", "recipes/methods" }.SelectMany(f => Directory.GetFiles(Path.Combine(RepositoryFiles.Root, f), "*.json")).Where(f => !f.EndsWith(".schema.json", StringComparison.Ordinal)).Select(f => Path.GetRelativePath(RepositoryFiles.Root, f)));

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Shipped_recipes_are_read_and_written_back_equal(string file) => ReadsBack(RecipeReader.ReadFile(Path.Combine(RepositoryFiles.Root, file)));

    [Fact]
    public void The_documentations_example_is_a_recipe()
    {
        string page = RepositoryFiles.Text("docs/recipe.md");
        int start = page.IndexOf("```json\n", StringComparison.Ordinal) + 8;
        ReadsBack(RecipeReader.Read(page[start..page.IndexOf("```", start, StringComparison.Ordinal)], "docs/recipe.md"));
    }

    [Fact]
    public void Transformations_are_written_with_their_defaults_and_only_where_there_are_any()
    {
        Recipe recipe = Sample.Read(data: Sample.BuiltIn + ", \"transform\": [{ \"kind\": \"random-labels\", \"except\": [\"System.IO\"] }]");
        ReadsBack(recipe);
        Assert.Contains("""
            "transform": [
                  {
                    "kind": "random-labels",
                    "share": 1,
                    "except": [
                      "System.IO"
                    ],
                    "seed": 0,
                    "splits": [
                      "train"
                    ]
                  }
                ]
            """, RecipeWriter.Write(recipe));
        Assert.DoesNotContain("transform", RecipeWriter.Write(Sample.Read()));
    }

    [Fact]
    public void Terms_are_written_with_the_defaults_of_their_losses()
    {
        Recipe recipe = Sample.Read(Sample.TwoTeachers + "\"objective\": { \"terms\": [{ \"loss\": \"mse\", \"targetScale\": { \"kind\": \"steps\", \"from\": 0.1, \"to\": 1, \"levels\": 10 } }, { \"loss\": \"cross-entropy\", \"weight\": 0.5 }] }");
        ReadsBack(recipe);
        Assert.Contains("""
              "objective": {
                "terms": [
                  {
                    "loss": "mse",
                    "weight": 1,
                    "temperature": 1,
                    "targetScale": {
                      "kind": "steps",
                      "from": 0.1,
                      "to": 1,
                      "over": 1,
                      "levels": 10
                    }
                  },
                  {
                    "loss": "cross-entropy",
                    "weight": 0.5,
                    "smoothing": 0
                  }
                ]
              },
            """, RecipeWriter.Write(recipe));
    }

    [Fact]
    public void All_defaults_that_have_a_meaning_are_written()
    {
        Assert.Equal("""
            {
              "name": "sample",
              "data": {
                "builtIn": "dotnet-docs",
                "maxLength": 64,
                "vocabulary": 20000
              },
              "teachers": [],
              "student": {
                "kind": "bag-of-embeddings",
                "embedding": 128,
                "hidden": 128,
                "dropout": 0.1
              },
              "objective": {
                "alpha": 0
              },
              "training": {
                "epochs": 3,
                "batchSize": 32,
                "optimizer": "adamw",
                "learningRate": 0.001,
                "weightDecay": 0.01,
                "warmup": 0.05,
                "decay": "linear",
                "clip": 1,
                "seeds": [
                  1
                ],
                "checkpointEvery": 500,
                "device": "cpu"
              },
              "store": "silo",
              "baselines": []
            }

            """, RecipeWriter.Write(Sample.Read()));
    }

    [Fact]
    public void The_hash_is_of_what_is_said_not_of_how()
    {
        string one = RecipeHash.Of(Sample.Read(Sample.TwoTeachers + "\"training\": { \"learningRate\": 1e-3 }"));
        string same = RecipeHash.Of(Sample.Read("// a comment\n\"objective\": { \"alpha\": 0.50 },\n" + Sample.TwoTeachers));
        string other = RecipeHash.Of(Sample.Read(Sample.TwoTeachers + "\"objective\": { \"alpha\": 0.51 }"));
        Assert.Equal(64, one.Length);
        Assert.Equal(one, same);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void What_has_no_meaning_does_not_change_the_hash()
    {
        Recipe recipe = Sample.Read(Sample.TwoTeachers);
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(recipe with { Weighting = recipe.Weighting with { Reward = "r2" } }));
    }

    private static void ReadsBack(Recipe recipe)
    {
        string text = RecipeWriter.Write(recipe);
        Recipe back = RecipeReader.Read(text, "effective.json");
        Assert.Equal(text, RecipeWriter.Write(back));
        Assert.Equivalent(recipe, back, strict: true);
    }
}
