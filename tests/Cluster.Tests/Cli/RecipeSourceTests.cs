using KdCluster.Cli.Runs;
using KdCluster.Recipes;

namespace KdCluster.Tests.Cli;

public sealed class RecipeSourceTests
{
    private static readonly Recipe Reinforced = RecipeReader.Read(
        """
        {
          "name": "x", "data": { "builtIn": "dotnet-docs" }, "student": { "kind": "bag-of-embeddings" },
          "teachers": [{ "name": "a" }, { "name": "b" }],
          "weighting": { "kind": "reinforced", "reward": "r3", "gamma": 0.25 }
        }
        """,
        "x.json");

    [Fact]
    public void Values_are_json_or_text()
    {
        Recipe changed = RecipeSource.Change(Reinforced, ["training.epochs=7", "training.seeds=[4, 5]", "training.optimizer=adam", "objective.alpha=0.9"]);
        Assert.Equal(7, changed.Training.Epochs);
        Assert.Equal([4, 5], changed.Training.Seeds);
        Assert.Equal("adam", changed.Training.Optimizer);
        Assert.Equal(0.9, changed.Objective.Alpha);
    }

    [Fact]
    public void What_loses_its_meaning_is_left_out()
    {
        Recipe changed = RecipeSource.Change(Reinforced, ["weighting.kind=uniform"]);
        Assert.Equal("uniform", changed.Weighting.Kind);
        Assert.DoesNotContain("gamma", RecipeWriter.Write(changed), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KD1002", "--set training.epoch", "training.epoch=1")]
    [InlineData("KD1003", "--set training.epochs", "training.epochs=many")]
    [InlineData("KD1005", "--set training.epochs", "training.epochs=0")]
    [InlineData("KD1006", "--set weighting.kind", "weighting.kind=unform")]
    [InlineData("KD1007", "--set weighting.gamma", "weighting.kind=uniform", "weighting.gamma=0.5")]
    [InlineData("KD1704", "--set", "training.epochs")]
    public void A_wrong_change_is_refused_with_its_key(string code, string where, params string[] changes)
    {
        KdError error = Assert.Single(Assert.Throws<KdException>(() => RecipeSource.Change(Reinforced, changes)).Errors);
        Assert.Equal((code, where), (error.Code, error.Where));
    }
}
