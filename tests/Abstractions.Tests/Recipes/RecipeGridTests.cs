using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

public class RecipeGridTests
{
    private const string Factorial = Sample.TwoTeachers + """
        "training": { "epochs": 2, "learningRate": 0.01 },
        "baselines": ["alone"],
        "variants": { "beside": { "training": { "epochs": 9 } } },
        "driver": {
          "kind": "grid",
          "axes": {
            "teaching": { "labels": { "teachers": [] }, "kd": {} },
            "size": { "small": { "student": { "hidden": 8 } }, "middle": { "student": { "hidden": 16 } }, "large": { "student": { "hidden": 32 }, "training": { "epochs": 4 } } }
          }
        }
        """;

    [Fact]
    public void Every_combination_is_a_variant()
    {
        Recipe recipe = Sample.Read(Factorial);
        Assert.Equal(["beside", "labels+small", "labels+middle", "labels+large", "kd+small", "kd+middle", "kd+large"], recipe.Variants!.Keys);
        Recipe[] all = [.. recipe.Driver!.Combinations().Select(c => recipe.Variants[DriverSpec.Combination(c)].Over(recipe))];
        Assert.Equal([0, 0, 0, 2, 2, 2], all.Select(r => r.Teachers.Count));
        Assert.Equal([8, 16, 32, 8, 16, 32], all.Select(r => r.Student.Hidden));
        Assert.Equal([2, 2, 4, 2, 2, 4], all.Select(r => r.Training.Epochs));
        Assert.All(all, r => Assert.Null(r.Driver));
        Assert.All(all, r => Assert.Single(r.AllStages()));
    }

    [Fact]
    public void The_effective_recipe_reads_back_equal()
    {
        Recipe recipe = Sample.Read(Factorial);
        string written = RecipeWriter.Write(recipe);
        Assert.Equal(written, RecipeWriter.Write(RecipeReader.Read(written, "r.json")));
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(RecipeReader.Check(recipe)));
    }

    [Fact]
    public void A_later_axis_is_put_over_an_earlier_one()
    {
        Recipe recipe = Sample.Read("""
            "driver": { "kind": "grid", "axes": { "a": { "x": {}, "y": { "training": { "epochs": 5, "warmup": 0 } } }, "b": { "x": {}, "y": { "training": { "epochs": 6 } } } } }
            """);
        Assert.Equal((6, 0.0), (recipe.Variants!["y+y"].Training.Epochs, recipe.Variants["y+y"].Training.Warmup));
    }

    [Fact]
    public void Mistakes_are_told_at_their_place_all_at_once()
    {
        IReadOnlyList<KdError> errors = Sample.Errors(Sample.Json("""
            "driver": {
              "kind": "grid", "count": 2,
              "axes": {
                "one": { "only": {} },
                "a+b": { "x": {}, "y": {} },
                "two": { "x": { "teachers": ["t"] }, "y": { "student": { "heads": 2 } }, "z": { "seeds": [1] }, "list": [] }
              }
            }
            """));
        Assert.Equal(
            [
                "KD1007 r.json:6 (driver.count)",
                "KD1005 r.json:8 (driver.axes.one)",
                "KD1005 r.json:9 (driver.axes)",
                "KD1002 r.json:10 (driver.axes.two.z.seeds)",
                "KD1003 r.json:10 (driver.axes.two.list)",
                "KD1006 r.json:10 (driver.axes.two.x.teachers[0])",
                "KD1007 r.json:10 (driver.axes.two.y.student.heads)",
            ],
            errors.Select(e => $"{e.Code} {e.Where}"));
        Assert.Equal("KD1004", Sample.Error("\"driver\": { \"kind\": \"grid\" }").Code);
        Assert.Equal("KD1007", Sample.Error(Sample.TwoTeachers + "\"driver\": { \"kind\": \"chain\", \"students\": [{ \"kind\": \"text-cnn\" }], \"axes\": { \"a\": { \"x\": {}, \"y\": {} } } }").Code);
    }

    [Fact]
    public void What_only_two_levels_together_do_wrong_is_told_with_their_names()
    {
        KdError error = Sample.Error("""
            "driver": { "kind": "grid", "axes": { "kind": { "bag": {}, "cnn": { "student": { "kind": "text-cnn" } } }, "width": { "narrow": {}, "wide": { "student": { "embedding": 6 } } }, "other": { "a": {}, "b": { "student": { "kind": "transformer" } } } } }
            """);
        Assert.StartsWith("in the combination bag+wide+b: 4 heads do not divide", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_combinations_are_refused()
    {
        string axes = string.Join(',', Enumerable.Range(0, 7).Select(i => $"\"a{i}\": {{ \"x\": {{}}, \"y\": {{}} }}"));
        Assert.Contains("more than 64", Sample.Error($"\"driver\": {{ \"kind\": \"grid\", \"axes\": {{ {axes} }} }}").What, StringComparison.Ordinal);
    }
}
