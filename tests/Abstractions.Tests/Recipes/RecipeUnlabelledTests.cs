using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

/// <summary>Rows without labels in recipes.</summary>
public sealed class RecipeUnlabelledTests
{
    private const string Files = "\"train\": \"a.tsv\", \"unlabelled\": \"b.tsv\"";
    private const string Teachers = "\"teachers\": [{ \"name\": \"a\" }, { \"name\": \"b\" }]";

    [Fact]
    public void They_are_a_file_beside_the_others_and_part_of_the_hash()
    {
        Recipe recipe = Sample.Read(Teachers, Files), without = Sample.Read(Teachers, "\"train\": \"a.tsv\"");
        Assert.Equal("b.tsv", recipe.Data.Unlabelled);
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(RecipeReader.Read(RecipeWriter.Write(recipe), "")));
        Assert.NotEqual(RecipeHash.Of(recipe), RecipeHash.Of(without));
        Assert.Equal(Path.Combine(Path.GetTempPath(), "b.tsv"), RecipePaths.Absolute(recipe.Data, Path.Combine(Path.GetTempPath(), "r.json")).Unlabelled);
        Assert.Equal(["data.train", "data.unlabelled"], RecipePaths.FilesOf(recipe.Data).Select(f => f.Key));
    }

    [Theory]
    [InlineData("", Files, "no teacher says anything of these rows")]
    [InlineData("\"stages\": [{ \"name\": \"one\" }]", Files, "no teacher says anything of these rows")]
    [InlineData($"{Teachers}, \"loop\": {{ \"kind\": \"bilevel\" }}", Files, "the loop `bilevel`")]
    [InlineData(Teachers, "\"builtIn\": \"dotnet-docs\", \"unlabelled\": \"b.tsv\"", "\"unlabelled\" has a meaning only with files")]
    [InlineData($"{Teachers}, \"task\": \"image-classification\"", "\"train\": \"a.idx\", \"trainLabels\": \"l\", \"unlabelled\": \"b.idx\"", "\"unlabelled\" has a meaning only")]
    [InlineData(Teachers, "\"train\": \"a.tsv\", \"unlabelled\": \"./a.tsv\"", "\"unlabelled\" is the same file as \"train\"")]
    public void Where_nobody_could_learn_from_them_they_are_refused(string rest, string data, string what) =>
        Assert.Contains(Sample.Errors(Sample.Json(rest, data, rest.Contains("image", StringComparison.Ordinal) || rest.Contains("bilevel", StringComparison.Ordinal) ? "\"kind\": \"mlp\"" : Sample.Bag)), e => e.What.Contains(what, StringComparison.Ordinal) && e.Where!.Contains("data.unlabelled", StringComparison.Ordinal));

    [Fact]
    public void A_stage_that_an_earlier_one_teaches_learns_from_them() =>
        Assert.Equal("b.tsv", Sample.Read("\"stages\": [{ \"name\": \"one\" }, { \"name\": \"two\", \"teachers\": [\"stage:one\"] }]", Files).Data.Unlabelled);
}
