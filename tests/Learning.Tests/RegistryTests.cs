using System.Text.Json.Nodes;
using KdCluster.Learning.Data.Readers;
using KdCluster.Learning.Loops;
using KdCluster.Learning.Models;
using KdCluster.Learning.Objectives;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;

namespace KdCluster.Tests;

/// <summary>What can be computed can be written in a recipe, and the other way round.</summary>
public class RegistryTests
{
    [Fact]
    public void A_recipe_knows_every_weighting() => Assert.Equal(WeightingRegistry.Names.Order(), Choices("weighting", "kind"));

    [Fact]
    public void A_recipe_knows_which_weightings_are_policies() => Assert.All(WeightingRegistry.Names, name => Assert.Equal(WeightingRegistry.IsPolicy(name), IsRefusedWithOneTeacher(name)));

    [Fact]
    public void A_recipe_knows_every_model() => Assert.Equal(ModelFactory.Kinds.Order(), Choices("student", "kind"));

    [Fact]
    public void A_recipe_knows_every_loss() => Assert.Equal(TermRegistry.Names, RecipeTableLosses.All.Select(l => l.Name));

    [Fact]
    public void A_recipe_knows_every_loop() => Assert.Equal(LoopRegistry.Names, RecipeCatalog.Of("loops").Select(l => l.Name));

    [Fact]
    public void Every_loss_is_told_with_its_source()
    {
        string page = RepositoryFiles.Text("docs/losses.md");
        Assert.All(TermRegistry.Names, n => Assert.Contains($"`{n}`", page, StringComparison.Ordinal));
    }

    private static bool IsRefusedWithOneTeacher(string weighting)
    {
        string recipe = $$$"""{"name": "one", "task": "text-classification", "data": {"train": "a.tsv", "validation": "b.tsv", "test": "c.tsv"}, "teachers": [{"name": "t"}], "weighting": {"kind": "{{{weighting}}}"}}""";
        try
        {
            RecipeReader.Read(recipe, "one.json");
            return false;
        }
        catch (KdException e)
        {
            return e.Errors.Any(x => x.ToString().Contains("nothing to choose", StringComparison.Ordinal));
        }
    }

    // The schema is made of the table that recipes are read by.
    private static IEnumerable<string> Choices(params string[] key)
    {
        JsonNode node = JsonNode.Parse(RepositoryFiles.Text("recipes/recipe.schema.json"))!;
        foreach (string each in key)
            node = node["properties"]![each]!;
        return node["enum"]!.AsArray().Select(c => c!.GetValue<string>()).Order();
    }
}
