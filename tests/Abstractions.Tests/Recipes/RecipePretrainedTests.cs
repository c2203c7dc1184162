using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

/// <summary>Models that begin with a folder.</summary>
public sealed class RecipePretrainedTests
{
    private const string Begun = "\"kind\": \"bert\", \"pretrained\": \"minilm\"";

    [Fact]
    public void It_is_part_of_the_hash_and_its_sizes_are_not()
    {
        Recipe recipe = Sample.Read(student: Begun);
        Assert.Equal("minilm", recipe.Student.Pretrained);
        string written = RecipeWriter.Write(recipe);
        Assert.DoesNotContain("\"embedding\"", written, StringComparison.Ordinal);
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(RecipeReader.Read(written, "")));
        Assert.NotEqual(RecipeHash.Of(recipe), RecipeHash.Of(Sample.Read(student: "\"kind\": \"bert\"")));
    }

    [Fact]
    public void It_is_found_wherever_a_recipe_names_a_model()
    {
        const string Rest = """
            "teachers": [{ "name": "a", "train": { "model": { "kind": "bert", "pretrained": "one" } } }],
            "stages": [{ "name": "s", "student": { "pretrained": "two" } }],
            "variants": { "v": { "student": { "pretrained": "three" }, "stages": [{ "name": "t", "student": { "pretrained": "four" } }] } }
            """;
        Recipe recipe = RecipePaths.Absolute(Sample.Read(Rest, student: Begun), "/recipes/r.json");
        Assert.Equal(
            [
                ("student.pretrained", "/recipes/minilm"), ("stages[0].student.pretrained", "/recipes/two"), ("variants.v.student.pretrained", "/recipes/three"),
                ("variants.v.stages[0].student.pretrained", "/recipes/four"), ("teachers[0].train.model.pretrained", "/recipes/one"),
            ],
            RecipeModels.PretrainedOf(recipe));
        Assert.Equal("/recipes/three", RecipeReader.Read(RecipeWriter.Write(recipe), "").Variants!["v"].Student.Pretrained);
        Assert.All(RecipeModels.PretrainedOf(RecipeModels.ChangePretrained(recipe, (key, _) => key)), p => Assert.Equal(p.Key, p.Folder));
    }

    [Theory]
    [InlineData("\"kind\": \"text-cnn\", \"pretrained\": \"x\"", "student.pretrained", "choose `bert` or `roberta` or `distilbert`")]
    [InlineData($"{Begun}, \"embedding\": 32", "student.embedding", "the folder of `pretrained` says it")]
    [InlineData($"{Begun}, \"heads\": 2", "student.heads", "the folder of `pretrained` says it")]
    [InlineData($"{Begun}, \"layers\": 2", "student.layers", "the folder of `pretrained` says it")]
    [InlineData($"{Begun}, \"filters\": [2]", "student.filters", "choose `text-cnn`")]
    public void What_the_folder_says_is_not_said_again(string student, string where, string remedy)
    {
        KdError error = Sample.Error(student: student);
        Assert.Equal("KD1007", error.Code);
        Assert.Contains(where, error.Where, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variant_of_another_kind_draws_its_weights()
    {
        Recipe recipe = Sample.Read("\"variants\": { \"v\": { \"student\": { \"kind\": \"text-cnn\" } } }", student: Begun);
        Assert.Null(recipe.Variants!["v"].Student.Pretrained);
    }
}
