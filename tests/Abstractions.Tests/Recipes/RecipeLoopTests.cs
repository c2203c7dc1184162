using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

public class RecipeLoopTests
{
    [Fact]
    public void The_supervised_loop_is_what_a_recipe_means_that_names_none()
    {
        Recipe named = Sample.Read("\"loop\": { \"kind\": \"supervised\" }");
        Assert.Null(named.Loop);
        Assert.Equal(RecipeHash.Of(Sample.Read()), RecipeHash.Of(named));
        Assert.DoesNotContain("loop", RecipeWriter.Write(named), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_has_a_loop_of_its_own()
    {
        Recipe recipe = Sample.Read(Sample.TwoTeachers + "\"stages\": [{ \"name\": \"one\", \"loop\": { \"kind\": \"supervised\" } }]");
        Assert.Null(Assert.Single(recipe.Stages!).Loop);
        Assert.Equal(("KD1006", "r.json:6 (stages[0].loop.kind)"), Where(Sample.Error(Sample.TwoTeachers + "\n\"stages\": [{ \"name\": \"one\", \"loop\": { \"kind\": \"circular\" } }]")));
        Assert.Equal(("KD1004", "r.json:5 (loop.kind)"), Where(Sample.Error("\"loop\": { }")));
    }

    private static (string Code, string? Where) Where(KdError error) => (error.Code, error.Where);
}
