using System.Text.Json.Nodes;
using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

public class RecipeMistakesTests
{
    [Fact]
    public void A_mistake_stands_where_its_key_is_or_the_nearest_one_around_it()
    {
        RecipeMistakes mistakes = new("r.json");
        mistakes.Place("a.b", 7);
        mistakes.Place("a", 3);
        mistakes.Add("KD1", "a.b[2].c", "one.");
        mistakes.Add("KD2", "a.c", "two.", "do.");
        mistakes.Add("KD3", "x.y", "three.");
        mistakes.AddAt("KD4", 5, "", "four.");
        Assert.Equal(
            [new KdError("KD3", "three.", "r.json (x.y)"), new KdError("KD2", "two.", "r.json:3 (a.c)", "do."), new KdError("KD4", "four.", "r.json:5"), new KdError("KD1", "one.", "r.json:7 (a.b[2].c)")],
            Assert.Throws<KdException>(mistakes.ThrowIfAny).Errors);
    }

    [Fact]
    public void Without_a_file_only_the_key_is_named()
    {
        RecipeMistakes mistakes = new("");
        mistakes.ThrowIfAny();
        Assert.False(mistakes.Any);
        mistakes.AddAt("KD1", 5, "a", "one.");
        mistakes.AddAt("KD2", 6, "", "two.");
        Assert.True(mistakes.Any);
        Assert.Equal(["a", null], Assert.Throws<KdException>(mistakes.ThrowIfAny).Errors.Select(e => e.Where));
    }

    [Fact]
    public void What_is_below_a_wrong_key_is_unknown_and_what_is_above_or_beside_it_is_not()
    {
        RecipeTree tree = new(new JsonObject { ["a"] = new JsonObject { ["b"] = 1 } }, new HashSet<string> { "a.b" });
        Assert.True(tree.Unknown("a.b"));
        Assert.True(tree.Unknown("a.b.c.d"));
        Assert.False(tree.Unknown("a"));
        Assert.False(tree.Unknown("a.bc"));
        Assert.False(tree.Unknown("b"));
        Assert.Null(tree.Number("a.b"));
        Assert.True(tree.IsGiven("a.b"));
        Assert.False(tree.IsGiven("a.b.c"));
    }
}
