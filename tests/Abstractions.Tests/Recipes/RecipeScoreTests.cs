using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

/// <summary>The task text-regression in recipes: what it adds, and what of classes it refuses.</summary>
public sealed class RecipeScoreTests
{
    private const string Task = "\"task\": \"text-regression\"";
    private const string File = "\"train\": \"a.tsv\"";
    private const string Teachers = "\"teachers\": [{ \"name\": \"a\" }, { \"name\": \"b\" }]";

    [Fact]
    public void It_is_written_with_the_keys_that_have_a_meaning_and_read_back()
    {
        Recipe recipe = Sample.Read($"{Task}, {Teachers}", $"{File}, \"range\": [1, 5]");
        Assert.Equal([1.0, 5], recipe.Data.Range!);
        Assert.Equal(("pearson", 0.5), (recipe.AllStages()[0].Select, recipe.Objective.Alpha));
        string written = RecipeWriter.Write(recipe);
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(RecipeReader.Read(written, "")));
        Assert.DoesNotContain("temperature", written, StringComparison.Ordinal);
        Assert.Contains("\"columns\"", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Terms_for_scores_are_written_and_read_back()
    {
        Recipe recipe = Sample.Read($"{Task}, {Teachers}, \"objective\": {{ \"terms\": [{{ \"loss\": \"mse\", \"targetScale\": 0.5 }}, {{ \"loss\": \"l1\" }}, {{ \"loss\": \"squared-error\" }}, {{ \"loss\": \"absolute-error\", \"weight\": 2 }}, {{ \"loss\": \"embedding-mse\" }}, {{ \"loss\": \"contrast\", \"temperature\": 0.1 }}, {{ \"loss\": \"crd\" }}] }}", File);
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(RecipeReader.Read(RecipeWriter.Write(recipe), "")));
    }

    [Fact]
    public void Stages_are_selected_by_pearson_when_they_do_not_say_otherwise()
    {
        Recipe recipe = Sample.Read($"{Task}, {Teachers}, \"stages\": [{{ \"name\": \"one\" }}, {{ \"name\": \"two\", \"select\": \"mse\" }}]", File);
        Assert.Equal(["pearson", "mse"], recipe.Stages!.Select(s => s.Select));
        Assert.Equal("accuracy", Sample.Read("\"stages\": [{ \"name\": \"one\" }]").Stages![0].Select);
    }

    [Theory]
    [InlineData("\"objective\": { \"temperature\": 2 }", File, "objective.temperature", "\"temperature\" has a meaning only")]
    [InlineData("\"objective\": { \"terms\": [{ \"loss\": \"kd\" }] }", File, "objective.terms[0].loss", "`kd` compares probabilities of classes")]
    [InlineData("\"objective\": { \"terms\": [{ \"loss\": \"mse\" }, { \"loss\": \"cross-entropy\" }] }", File, "objective.terms[1].loss", "`cross-entropy` compares probabilities of classes")]
    [InlineData("\"objective\": { \"terms\": [{ \"loss\": \"mse\", \"temperature\": 2 }] }", File, "objective.terms[0].temperature", "a score has no temperature")]
    [InlineData("\"objective\": { \"terms\": [{ \"loss\": \"l1\", \"probabilityShift\": true }] }", File, "objective.terms[0].probabilityShift", "a score has no classes")]
    [InlineData("\"weighting\": { \"kind\": \"reinforced\" }", File, "weighting.kind", "`reinforced` reads the teachers' probabilities of classes")]
    [InlineData("\"baselines\": [\"alone\", \"reinforced-gap\"]", File, "baselines[1]", "`reinforced-gap` reads the teachers' probabilities of classes")]
    [InlineData("\"weighting\": { \"kind\": \"entropy\" }", File, "weighting.kind", "`entropy` reads the teachers' probabilities of classes")]
    [InlineData("\"baselines\": [\"confidence\"]", File, "baselines[0]", "`confidence` reads the teachers' probabilities of classes")]
    [InlineData("\"stages\": [{ \"name\": \"one\", \"select\": \"accuracy\" }]", File, "stages[0].select", "the task `text-regression` has no accuracy")]
    [InlineData("\"stages\": [{ \"name\": \"one\", \"objective\": { \"terms\": [{ \"loss\": \"dist\" }] } }]", File, "stages[0].objective.terms[0].loss", "`dist` compares probabilities of classes")]
    [InlineData("\"variants\": { \"v\": { \"objective\": { \"terms\": [{ \"loss\": \"kd\" }] } } }", File, "variants.v.objective.terms[0].loss", "`kd` compares probabilities of classes")]
    [InlineData("\"baselines\": []", $"{File}, \"labels\": [\"a\", \"b\"]", "data.labels", "\"labels\" has a meaning only")]
    [InlineData("\"baselines\": []", $"{File}, \"transform\": [{{ \"kind\": \"random-labels\", \"share\": 0.5 }}]", "data.transform[0].kind", "`random-labels` gives rows a class")]
    [InlineData("\"baselines\": []", $"{File}, \"transform\": [{{ \"kind\": \"drop-rows\", \"share\": 0.5, \"classes\": [\"1\"] }}]", "data.transform[0].classes", "\"classes\" names classes")]
    [InlineData("\"baselines\": []", $"{File}, \"range\": [5, 1]", "data.range", "[5, 1] is no range")]
    [InlineData("\"baselines\": []", $"{File}, \"range\": [1, 2, 3]", "data.range", "[1, 2, 3] is no range")]
    [InlineData("\"baselines\": []", $"{File}, \"trainLabels\": \"b\"", "data.trainLabels", "\"trainLabels\" has a meaning only")]
    public void What_is_for_classes_is_refused(string rest, string data, string where, string what)
    {
        KdError error = Sample.Error($"{Task}, {Teachers}, {rest}", data);
        Assert.Contains(error.Code, (string[])["KD1007", "KD1005"]);
        Assert.Contains($"({where})", error.Where!, StringComparison.Ordinal);
        Assert.StartsWith(what, error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void All_of_it_is_refused_at_once()
    {
        IReadOnlyList<KdError> errors = Sample.Errors(Sample.Json(
            $"{Task}, \"teachers\": [{{ \"name\": \"a\", \"endpoint\": \"oip://h:1\", \"labels\": [\"x\", \"y\"] }}, {{ \"name\": \"b\", \"train\": {{ \"model\": {{ \"kind\": \"bilstm\" }}, \"transform\": [{{ \"kind\": \"set-labels\", \"label\": \"x\" }}] }} }}], " +
            "\"weighting\": { \"kind\": \"reinforced\" }, \"objective\": { \"terms\": [{ \"loss\": \"beta-smoothing\" }] }", $"{File}, \"labels\": [\"a\", \"b\"]"));
        string[] expected = ["data.labels", "teachers[0].labels", "teachers[1].train.transform[0].kind", "teachers[1].train.transform[0].label", "weighting.kind", "objective.terms[0].loss"];
        Assert.Superset(expected.ToHashSet(), errors.Select(e => e.Where!.Split('(', ')')[1]).ToHashSet());
    }

    [Theory]
    [InlineData("\"objective\": { \"terms\": [{ \"loss\": \"squared-error\" }] }", "`squared-error` compares scores, and the task `text-classification` has classes.")]
    [InlineData("\"stages\": [{ \"name\": \"one\", \"select\": \"pearson\" }]", "the task `text-classification` has no pearson.")]
    public void What_is_for_scores_is_refused_with_classes(string rest, string what) => Assert.Equal(what, Sample.Error(rest).What);

    [Fact]
    public void A_range_and_built_in_data_belong_to_one_task_each()
    {
        Assert.Contains("only with the task `text-regression`", Sample.Error(data: $"{File}, \"range\": [1, 5]").What, StringComparison.Ordinal);
        Assert.Contains("only with the task `text-classification`", Sample.Error(Task).What, StringComparison.Ordinal);
        Assert.Contains("\"resnet\" is a model for images, and the task is `text-regression`.", Sample.Error(Task, File, "\"kind\": \"resnet\"").What, StringComparison.Ordinal);
        Assert.Contains("is no format of the task `text-regression`", Sample.Error(Task, "\"train\": \"a.bin\", \"format\": \"cifar\"").What, StringComparison.Ordinal);
    }
}
