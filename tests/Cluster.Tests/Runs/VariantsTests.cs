using System.Text.Json.Nodes;
using KdCluster.Cluster.Runs;
using KdCluster.Cluster.Weightings;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Runs;

/// <summary>What each row of a report is trained with.</summary>
public class VariantsTests
{
    [Fact]
    public void A_baseline_with_a_policy_has_the_options_that_the_recipe_gives()
    {
        Recipe recipe = RecipeReader.Read(TinyTask.Recipe("/data", teachers: ["a", "b"], change: r =>
        {
            r["weighting"] = JsonNode.Parse("""{ "reward": "r2", "episode": 7 }""");
            r["baselines"] = new JsonArray("reinforced", "random-single");
        }), "r.json");
        WeightingSpec policy = Variants.Weighting(recipe, "reinforced");
        Assert.Equal(("reinforced", "r2", 7), (policy.Kind, policy.Reward, policy.Episode));
        Assert.Equal(new WeightingSpec { Kind = "random-single" }, Variants.Weighting(recipe, "random-single"));
        Assert.Equal("uniform", Variants.Weighting(recipe, "uniform").Kind);
    }

    [Fact]
    public void A_learned_policy_is_for_its_own_kind_and_not_for_a_baseline_of_another()
    {
        Recipe recipe = RecipeReader.Read(TinyTask.Recipe("/data", teachers: ["a", "b"], change: r =>
        {
            r["weighting"] = JsonNode.Parse("""{ "kind": "reinforced-gap", "from": "run", "episode": 7 }""");
            r["baselines"] = new JsonArray("reinforced");
        }), "r.json");
        Assert.Equal("run", Variants.Weighting(recipe, "reinforced-gap").From);
        Assert.Equal((null, 7), (Variants.Weighting(recipe, "reinforced").From, Variants.Weighting(recipe, "reinforced").Episode));
    }

    [Fact]
    public void A_policys_setup_keeps_its_terms_and_schedules_on_the_way_to_the_grain()
    {
        ObjectiveSpec objective = new()
        {
            Terms =
            [
                new TermSpec { Loss = "kd", Temperature = 3, Weight = new ScheduleSpec { Kind = "steps", From = 0.25, To = 1, Levels = 3, Over = 0.5 } },
                new TermSpec { Loss = "cross-entropy", Weight = 0.75, Smoothing = 0.1 },
            ],
        };
        WeightingSetup read = PolicyJson.Read(PolicyJson.Write(new WeightingSetup(new WeightingSpec { Kind = "reinforced" }, objective, 2, 3, 4, 5)));
        Assert.Equal(objective.Terms, read.Objective.Terms);
        Assert.Equal((3, 0.25), read.Objective.ForReward());
    }
}
