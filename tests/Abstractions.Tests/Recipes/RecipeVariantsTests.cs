using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

public class RecipeVariantsTests
{
    private const string Annealing = Sample.TwoTeachers + """
        "training": { "epochs": 2, "learningRate": 0.01, "seeds": [3, 4] },
        "objective": { "temperature": 3, "alpha": 0.9 },
        "stages": [
          { "name": "match", "objective": { "terms": [{ "loss": "mse" }] }, "training": { "epochs": 10 } },
          { "name": "labels", "teachers": [], "init": "match.best" }
        ],
        "variants": {
          "short": { "training": { "learningRate": 0.02 } },
          "one": { "teachers": ["b"], "stages": [], "objective": { "alpha": 0.5 } },
          "no-kd": { "teachers": [], "stages": [], "student": { "hidden": 7 } },
          "other": { "stages": [{ "name": "only", "training": { "epochs": 4 } }], "driver": { "kind": "chain", "students": [{ "kind": "text-cnn" }] } }
        }
        """;

    [Fact]
    public void What_a_variant_leaves_out_is_that_of_the_recipe()
    {
        Recipe recipe = Sample.Read(Annealing);
        Assert.Equal(["short", "one", "no-kd", "other"], recipe.Variants!.Keys);
        Recipe[] all = [.. recipe.Variants.Values.Select(v => v.Over(recipe))];
        Assert.Equal(["a b", "b", "", "a b"], all.Select(r => string.Join(' ', r.Teachers.Select(t => t.Name))));
        Assert.Equal([0.9, 0.5, 0, 0.9], all.Select(r => r.Objective.Alpha));
        Assert.All(all.Where(r => r.Teachers.Count > 0), r => Assert.Equal(3, r.Objective.Temperature));
        Assert.Equal([128, 128, 7, 128], all.Select(r => r.Student.Hidden));
        Assert.Equal(["match labels", "", "", "only"], all.Select(r => string.Join(' ', (r.Stages ?? []).Select(s => s.Name))));
        // An inherited stage takes over what the variant says.
        Assert.Equal([0.02, 0.02], all[0].Stages!.Select(s => s.Training.LearningRate));
        Assert.Equal([10, 2], all[0].Stages!.Select(s => s.Training.Epochs));
        Assert.Equal([0.01, 0.01], recipe.Stages!.Select(s => s.Training.LearningRate));
        Assert.All(all, r => Assert.Equal([3L, 4], r.Training.Seeds));
        Assert.Equal(["round-1.only", "round-2.only"], all[3].AllStages().Select(s => s.Name));
        Assert.Equal([0.5, 0.5], Sample.Read(Annealing.Replace("\"stages\": [], \"objective\"", "\"objective\"", StringComparison.Ordinal).Replace("{ \"loss\": \"mse\" }", "{ \"loss\": \"kd\", \"weight\": 0.5 }", StringComparison.Ordinal))
            .Variants!["one"].Stages.Select(s => s.Objective.Terms?[0].Weight.From ?? 0.5));
    }

    [Fact]
    public void The_effective_recipe_has_every_variant_in_full_and_reads_back_equal()
    {
        Recipe recipe = Sample.Read(Annealing);
        string written = RecipeWriter.Write(recipe);
        Recipe again = RecipeReader.Read(written, "r.json");
        Assert.Equal(written, RecipeWriter.Write(again));
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(RecipeReader.Check(recipe)));
        foreach ((string name, VariantSpec variant) in recipe.Variants!)
            Assert.Equal(RecipeWriter.Write(variant.Over(recipe)), RecipeWriter.Write(again.Variants![name].Over(again)));
    }

    [Fact]
    public void Names_and_their_order_count()
    {
        string hash = RecipeHash.Of(Sample.Read("\"variants\": { \"a\": { \"training\": { \"epochs\": 1 } }, \"b\": { \"training\": { \"epochs\": 2 } } }"));
        Assert.NotEqual(hash, RecipeHash.Of(Sample.Read("\"variants\": { \"b\": { \"training\": { \"epochs\": 2 } }, \"a\": { \"training\": { \"epochs\": 1 } } }")));
        Assert.DoesNotContain("variants", RecipeWriter.Write(Sample.Read()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_variant_without_a_teacher_keeps_its_driver()
    {
        Recipe recipe = Sample.Read("\"variants\": { \"born-again\": { \"driver\": { \"kind\": \"generations\", \"count\": 2 }, \"objective\": { \"alpha\": 0.25 } } }");
        Recipe variant = recipe.Variants!["born-again"].Over(recipe);
        Assert.Equal((2, 0.25), (variant.AllStages().Count, variant.AllStages()[1].Objective.Alpha));
        Assert.Equal(RecipeWriter.Write(recipe), RecipeWriter.Write(RecipeReader.Read(RecipeWriter.Write(recipe), "r.json")));
    }

    [Fact]
    public void Mistakes_are_told_at_their_place_all_at_once()
    {
        IReadOnlyList<KdError> errors = Sample.Errors(Sample.Json(Sample.TwoTeachers + """

            "stages": [{ "name": "match", "objective": { "terms": [{ "loss": "mse" }] } }],
            "variants": {
              "uniform": { "training": { "epochs": 1 } },
              "a.b": {},
              "empty": {},
              "list": [],
              "unknown": { "teachers": ["c"], "lossy": 1 },
              "labels": { "teachers": [] },
              "wide": { "student": { "kind": "transformer", "embedding": 10, "heads": 3 } },
              "from": { "stages": [], "weighting": { "kind": "reinforced", "from": "run" } },
              "own": { "stages": [{ "name": "x", "init": "y.best", "student": { "heads": 2 } }] },
              "own": { "training": { "epochs": 0 } }
            }
            """));
        Assert.Equal(
            [
                "KD1007 r.json:8 (variants.uniform)",
                "KD1005 r.json:9 (variants)",
                "KD1007 r.json:10 (variants.empty)",
                "KD1003 r.json:11 (variants.list)",
                "KD1002 r.json:12 (variants.unknown.lossy)",
                "KD1006 r.json:12 (variants.unknown.teachers[0])",
                "KD1007 r.json:13 (variants.labels.stages[0].objective.terms[0].loss)",
                "KD1007 r.json:14 (variants.wide.student.heads)",
                "KD1007 r.json:15 (variants.from.weighting.from)",
                "KD1006 r.json:16 (variants.own.stages[0].init)",
                "KD1007 r.json:16 (variants.own.stages[0].student.heads)",
                "KD1007 r.json:17 (variants.own)",
            ],
            errors.Select(e => $"{e.Code} {e.Where}"));
    }
}
