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
        Assert.Equal(("KD1004", "r.json:6 (stages[0].loop.kind)"), Where(Sample.Error(Sample.TwoTeachers + "\n\"stages\": [{ \"name\": \"one\", \"loop\": { \"criticSteps\": 2 } }]")));
        Assert.Equal(("KD1004", "r.json:5 (loop.kind)"), Where(Sample.Error("\"loop\": { }")));
    }

    private const string Play = "\"loop\": { \"kind\": \"two-player\" }";

    private const string Terms = "\"objective\": { \"terms\": [{ \"loss\": \"cross-entropy\" }, { \"loss\": \"embedding-adversary\", \"weight\": 0.1 }] }";

    [Fact]
    public void What_is_left_out_of_a_loop_has_its_default_and_is_part_of_the_hash()
    {
        Recipe recipe = Sample.Read($"{Sample.TwoTeachers}{Play},{Terms}");
        Assert.Equal(new LoopSpec { Kind = "two-player", CriticSteps = 1, CriticHidden = 64, CriticLearningRate = 4e-4, GradientPenalty = 10 }, recipe.Loop);
        Recipe written = Sample.Read($"{Sample.TwoTeachers}\"loop\": {{ \"kind\": \"two-player\", \"criticSteps\": 1, \"criticHidden\": 64, \"criticLearningRate\": 0.0004, \"gradientPenalty\": 10 }},{Terms}");
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(written));
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(RecipeReader.Check(recipe)));
        Assert.NotEqual(RecipeHash.Of(recipe), RecipeHash.Of(recipe with { Loop = recipe.Loop! with { GradientPenalty = 1 } }));
    }

    [Fact]
    public void A_stage_and_a_variant_may_leave_the_recipes_loop()
    {
        const string Plain = "\"loop\": { \"kind\": \"supervised\" }, \"objective\": { \"alpha\": 0.5 }";
        Recipe recipe = Sample.Read($"{Sample.TwoTeachers}{Play},{Terms},\"stages\": [{{ \"name\": \"one\", {Plain} }}, {{ \"name\": \"two\" }}], \"variants\": {{ \"plain\": {{ \"stages\": [], {Plain} }}, \"longer\": {{ \"training\": {{ \"epochs\": 9 }}, \"loop\": {{ \"gradientPenalty\": 1 }} }} }}");
        Assert.Equal(["supervised", "two-player"], recipe.Stages!.Select(s => s.Loop!.Kind));
        Assert.Equal("supervised", recipe.Variants!["plain"].Over(recipe).AllStages()[0].Loop!.Kind);
        Assert.Equal(["supervised", "two-player"], recipe.Variants["longer"].Over(recipe).AllStages().Select(s => s.Loop!.Kind));
        Assert.Equal((1.0, 64), (recipe.Variants["longer"].Loop!.GradientPenalty, recipe.Variants["longer"].Loop!.CriticHidden));
        Assert.Equal(RecipeWriter.Write(recipe), RecipeWriter.Write(RecipeReader.Check(recipe)));
    }

    private const string Made = "\"loop\": { \"kind\": \"bilevel\" }";

    [Fact]
    public void Only_a_model_that_is_a_function_of_its_weights_learns_from_data_that_are_made() =>
        Assert.Contains("bilstm", Sample.Error($"{Made}, \"training\": {{ \"weightDecay\": 0 }}", student: "\"kind\": \"bilstm\", \"dropout\": 0").What, StringComparison.Ordinal);

    [Fact]
    public void Weights_that_are_drawn_anew_are_not_those_of_another_stage()
    {
        const string Stages = "\"training\": { \"weightDecay\": 0 }, \"stages\": [{ \"name\": \"one\" }, { \"name\": \"two\", \"init\": \"one.best\", \"loop\": { \"kind\": \"bilevel\", \"start\": \"";
        Assert.Equal(("KD1007", "r.json:5 (stages[1].init)"), Where(Sample.Error($"{Stages}drawn\" }} }}]", student: Sample.Bag + ", \"dropout\": 0")));
        Assert.Equal("fixed", Sample.Read($"{Stages}fixed\" }} }}]", student: Sample.Bag + ", \"dropout\": 0").Stages![1].Loop!.Start);
    }

    [Fact]
    public void Data_that_are_made_have_their_defaults()
    {
        LoopSpec loop = Sample.Read($"{Made}, \"training\": {{ \"weightDecay\": 0 }}", student: Sample.Bag + ", \"dropout\": 0").Loop!;
        Assert.Equal((10, 16, 1, 0.02, "noise", "fixed"), (loop.Items, loop.Length, loop.InnerSteps, loop.InnerRate, loop.Begin, loop.Start));
        Assert.Equal(["items", "labels", "rates"], loop.Learn!);
    }

    [Theory]
    [InlineData(Sample.TwoTeachers + Play, "loop.kind")]
    [InlineData(Sample.TwoTeachers + Terms, "objective.terms[1].loss")]
    [InlineData(Sample.TwoTeachers + Play + "," + Terms + ",\"driver\": { \"kind\": \"chain\", \"students\": [{ \"kind\": \"text-cnn\" }] }", "objective.terms[1].loss", "loop.kind")]
    [InlineData("\"loop\": { \"kind\": \"supervised\", \"criticSteps\": 3 }", "loop.criticSteps")]
    [InlineData(Play, "loop.kind", "loop.kind")]
    [InlineData(Made, "training.weightDecay", "student.dropout")]
    [InlineData("\"training\": { \"weightDecay\": 0, \"pruning\": { \"sparsity\": 0.5 } },\n\"weighting\": { \"kind\": \"reinforced\" },\n" + Sample.TwoTeachers + "\n\"objective\": { \"terms\": [{ \"loss\": \"kd\" }, { \"loss\": \"embedding-mse\" }] },\n" + Made, "student.dropout", "training.pruning", "weighting.kind", "objective.terms[1].loss")]
    [InlineData("\"loop\": { \"kind\": \"bilevel\", \"length\": 9999, \"learn\": [\"rates\", \"rates\"] }, \"training\": { \"weightDecay\": 0 }", "student.dropout", "loop.learn[1]", "loop.length")]
    [InlineData("\"training\": { \"weightDecay\": 0 },\n\"baselines\": [\"alone\", \"reinforced\"],\n" + Sample.TwoTeachers + "\n" + Made, "student.dropout", "baselines[1]")]
    public void What_does_not_go_together_is_told_at_once(string rest, params string[] places) =>
        Assert.Equal(places, Sample.Errors(Sample.Json("\n" + rest)).Select(e => e.Code == "KD1007" ? e.Where![e.Where!.IndexOf('(', StringComparison.Ordinal)..].Trim('(', ')') : e.ToString()));

    [Theory]
    [InlineData("1e-17")]
    [InlineData("89")]
    public void A_step_whose_size_cannot_be_kept_is_refused(string size) => Assert.Equal(
        ("KD1005", "r.json:5 (loop.innerRate)"), Where(Sample.Error($"\"loop\": {{ \"kind\": \"bilevel\", \"innerRate\": {size} }}, \"training\": {{ \"weightDecay\": 0 }}", student: Sample.Bag + ", \"dropout\": 0")));

    private static (string Code, string? Where) Where(KdError error) => (error.Code, error.Where);
}
