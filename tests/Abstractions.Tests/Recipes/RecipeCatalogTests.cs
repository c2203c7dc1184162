using System.Text.Json.Nodes;
using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

public class RecipeCatalogTests
{
    [Theory]
    [InlineData("models", "student.kind")]
    [InlineData("weightings", "weighting.kind")]
    [InlineData("drivers", "driver.kind")]
    [InlineData("loops", "loop.kind")]
    [InlineData("losses", "objective.terms[].loss")]
    [InlineData("schedules", "objective.terms[].weight[].kind")]
    public void What_is_listed_is_what_a_recipe_takes(string kind, string key)
    {
        JsonNode node = JsonNode.Parse(RecipeSchema.Generate())!;
        foreach (string name in key.Split('.'))
        {
            node = node["properties"]![name.Replace("[]", "", StringComparison.Ordinal)]!;
            if (name.EndsWith("[]", StringComparison.Ordinal))
                node = node["items"] ?? node["oneOf"]!.AsArray().Single(n => n!["properties"] is not null)!;
        }

        Assert.Equal(node["enum"]!.AsArray().Select(n => n!.GetValue<string>()), RecipeCatalog.Of(kind).Select(c => c.Name));
        Assert.All(RecipeCatalog.Of(kind), c => Assert.False(string.IsNullOrWhiteSpace(c.Doc)));
    }

    [Fact]
    public void Every_kind_is_listed_and_no_other() =>
        Assert.All(RecipeCatalog.Kinds, k => Assert.NotEmpty(RecipeCatalog.Of(k)));

    [Fact]
    public void Every_recipe_of_a_method_is_listed_with_its_paper()
    {
        Assert.Equal(
            Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "recipes", "methods"), "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal),
            RecipeMethods.Recipes.Select(m => m.Name).Order(StringComparer.Ordinal));
        Assert.All(RecipeCatalog.Of("methods"), m => Assert.Matches(@"\(arXiv \d{4}\.\d{5}\)", m.Doc));
    }

    [Fact]
    public void A_kind_that_there_is_not_is_an_error() => Assert.Throws<ArgumentException>(() => RecipeCatalog.Of("gadgets"));
}
