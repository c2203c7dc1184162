using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

public sealed class RecipeFullTests : IDisposable
{
    private const string Short = Sample.TwoTeachers + """
        "training": { "epochs": 2, "learningRate": 0.01 },
        "objective": { "terms": [{ "loss": "kd" }] },
        "variants": { "no-kd": { "teachers": [], "objective": { "alpha": 0 }, "training": { "warmup": 0 } } },
        "baselines": ["alone"]
        """;

    private const string Full = Short + """
        , "full": {
          "training": { "epochs": 5, "seeds": [1, 2, 3] },
          "data": { "limit": 900 },
          "objective": { "alpha": 0.3 },
          "baselines": [],
          "variants": { "no-kd": { "training": { "clip": 0 } }, "more": { "student": { "hidden": 9 } } }
        }
        """;

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Without_being_asked_for_it_is_not_there()
    {
        Assert.Equal(RecipeHash.Of(Sample.Read(Short)), RecipeHash.Of(Sample.Read(Full)));
        Assert.Equal(RecipeHash.Of(Sample.Read(Short)), RecipeHash.Of(Read(Full)));
        Assert.DoesNotContain("full", RecipeWriter.Write(Sample.Read(Full)), StringComparison.Ordinal);
    }

    [Fact]
    public void Asked_for_it_is_put_over_the_recipe()
    {
        Recipe recipe = Read(Full, full: true);
        Assert.Equal((5, 0.01, 900), (recipe.Training.Epochs, recipe.Training.LearningRate, recipe.Data.Limit));
        Assert.Equal([1L, 2, 3], recipe.Training.Seeds);
        Assert.Equal((null, 0.3), (recipe.Objective.Terms, recipe.Objective.Alpha));
        Assert.Empty(recipe.Baselines);
        Assert.Equal(["no-kd", "more"], recipe.Variants!.Keys);
        Assert.Equal((5, 0.0, 0.0), (recipe.Variants["no-kd"].Training.Epochs, recipe.Variants["no-kd"].Training.Warmup, recipe.Variants["no-kd"].Training.Clip));
        Assert.Equal(9, recipe.Variants["more"].Student.Hidden);
        Assert.Equal(RecipeWriter.Write(recipe), RecipeWriter.Write(RecipeReader.Check(recipe)));
    }

    [Fact]
    public void Asked_for_where_there_is_none_it_is_an_error()
    {
        KdException refused = Assert.Throws<KdException>(() => Read(Short, full: true));
        Assert.Equal("KD1004", refused.Code);
        Assert.Contains("full", refused.Errors[0].Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_mistakes_are_told_at_its_place_whether_it_is_asked_for_or_not()
    {
        IReadOnlyList<KdError> errors = Sample.Errors(Sample.Json(Sample.TwoTeachers + """

            "full": {
              "name": "x",
              "training": { "epochs": 0, "seeds": [1, 1] },
              "data": { "train": "x.tsv" },
              "weighting": { "kind": "uniform", "episode": 3 },
              "variants": { "no-kd": { "teachers": ["x"] } }
            }
            """));
        Assert.Equal(
            [
                "KD1002 r.json:7 (full.name)",
                "KD1005 r.json:8 (full.training.epochs)",
                "KD1007 r.json:8 (full.training.seeds[1])",
                "KD1002 r.json:9 (full.data.train)",
                "KD1007 r.json:10 (full.weighting.episode)",
                "KD1006 r.json:11 (full.variants.no-kd.teachers[0])",
            ],
            errors.Select(e => $"{e.Code} {e.Where}"));
        Assert.Equal("KD1007", Sample.Error("\"full\": {}").Code);
    }

    [Fact]
    public void What_the_recipe_does_wrong_is_told_once()
    {
        KdError error = Sample.Error("\"training\": { \"seeds\": [1, 1] }, \"full\": { \"training\": { \"epochs\": 3 } }");
        Assert.Equal("r.json:5 (training.seeds[1])", error.Where);
    }

    private Recipe Read(string rest, bool full = false)
    {
        File.WriteAllText(_file, Sample.Json(rest));
        return RecipeReader.ReadFile(_file, full);
    }
}
