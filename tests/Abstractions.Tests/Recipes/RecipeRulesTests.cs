using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

public class RecipeRulesTests
{
    [Theory]
    [InlineData("\"weighting\": { \"kind\": \"reinforced\" }", "weighting", "Name teachers")]
    [InlineData("\"objective\": { \"alpha\": 0.5 }", "objective.alpha", "Name teachers")]
    [InlineData("\"objective\": { \"temperature\": 2 }", "objective.temperature", "Name teachers")]
    [InlineData("\"teachers\": [{ \"name\": \"a\" }], \"weighting\": { \"kind\": \"reinforced\" }", "weighting.kind", "Name more teachers")]
    [InlineData("\"teachers\": [{ \"name\": \"a\" }, { \"name\": \"a\" }]", "teachers[1].name", "Name each teacher once")]
    [InlineData("\"teachers\": [{ \"name\": \"a\", \"digest\": \"1\" }]", "teachers[0].digest", "Leave it out")]
    [InlineData("\"teachers\": [{ \"name\": \"a\", \"endpoint\": \"http://b\", \"labels\": [\"x\", \"y\"] }]", "teachers[0].labels", "Leave it out")]
    [InlineData(Sample.TwoTeachers + "\"objective\": { \"alpha\": 0 }", "objective.alpha", "alpha above 0")]
    [InlineData(Sample.TwoTeachers + "\"weighting\": { \"reward\": \"r2\" }", "weighting.reward", "`reinforced`")]
    [InlineData(Sample.TwoTeachers + "\"weighting\": { \"kind\": \"reinforced\", \"reward\": \"r2\", \"gamma\": 0.5 }", "weighting.gamma", "`r3`")]
    [InlineData(Sample.TwoTeachers + "\"weighting\": { \"from\": \"run\" }", "weighting.from", "`reinforced`")]
    [InlineData(Sample.TwoTeachers + "\"weighting\": { \"kind\": \"reinforced\", \"freeze\": true }", "weighting.freeze", "learned policy in `from`")]
    [InlineData(Sample.TwoTeachers + "\"weighting\": { \"kind\": \"reinforced\", \"from\": \"run\", \"freeze\": true, \"episode\": 4 }", "weighting.episode", "without `freeze`")]
    [InlineData(Sample.TwoTeachers + "\"baselines\": [\"uniform\"]", "baselines[0]", "Leave it out")]
    [InlineData(Sample.TwoTeachers + "\"baselines\": [\"alone\", \"alone\"]", "baselines[1]", "once")]
    [InlineData("\"baselines\": [\"alone\"]", "baselines[0]", "name teachers")]
    [InlineData("\"training\": { \"seeds\": [9007199254740993, 9007199254740992, 9007199254740993] }", "training.seeds[2]", "each seed once")]
    [InlineData("\"training\": { \"freeze\": [\"embedding\", \"embedding\"] }", "training.freeze[1]", "once")]
    [InlineData("\"training\": { \"freeze\": [\"embedding\"], \"pruning\": { \"sparsity\": 0.5 } }", "training.pruning", "Leave one of them out")]
    public void Contradictions_bring_their_remedy(string rest, string key, string remedy) => Refused(Sample.Error(rest), key, remedy);

    [Theory]
    [InlineData("\"builtIn\": \"dotnet-docs\", \"train\": \"a.tsv\"", "data.train", "Keep one")]
    [InlineData("\"builtIn\": \"dotnet-docs\", \"test\": \"a.tsv\"", "data.test", "`train`")]
    [InlineData("\"builtIn\": \"dotnet-docs\", \"limit\": 31", "data.limit", "smaller `training.batchSize`")]
    [InlineData("\"train\": \"a.tsv\", \"test\": \"./x/../a.tsv\"", "data.test", "cannot measure")]
    [InlineData("\"train\": \"a.jsonl.gz\", \"header\": false", "data.header", "JSON and Parquet rows")]
    [InlineData("\"train\": \"a.tsv\", \"header\": false, \"columns\": { \"text\": 0 }", "data.columns.label", "0-based position")]
    [InlineData("\"train\": \"a.tsv\", \"columns\": { \"label\": \"text\" }", "data.columns.label", "another column")]
    [InlineData("\"train\": \"a.tsv\", \"labels\": [\"x\", \"y\", \"x\"]", "data.labels[2]", "once")]
    [InlineData(Sample.BuiltIn + ", \"transform\": [{ \"kind\": \"drop-rows\" }]", "data.transform[0]", "\"share\" below 1")]
    [InlineData(Sample.BuiltIn + ", \"transform\": [{ \"kind\": \"keep-rows\", \"share\": 1.0 }]", "data.transform[0]", "\"share\" below 1")]
    [InlineData(Sample.BuiltIn + ", \"transform\": [{ \"kind\": \"random-labels\", \"classes\": [\"x\"], \"except\": [\"y\"] }]", "data.transform[0].except", "Keep one")]
    [InlineData(Sample.BuiltIn + ", \"transform\": [{ \"kind\": \"random-labels\", \"except\": [\"x\", \"x\"] }]", "data.transform[0].except[1]", "once")]
    [InlineData("\"train\": \"a.tsv\", \"transform\": [{ \"kind\": \"random-labels\", \"splits\": [\"train\", \"test\"] }]", "data.transform[0].splits", "`data.test`")]
    public void Contradictions_in_data_bring_their_remedy(string data, string key, string remedy) => Refused(Sample.Error(data: data), key, remedy);

    [Theory]
    [InlineData("\"kind\": \"transformer\", \"embedding\": 66", "student.embedding", "divide")]
    [InlineData("\"kind\": \"transformer\", \"heads\": 3", "student.heads", "divide")]
    [InlineData("\"kind\": \"bilstm\", \"heads\": 4", "student.heads", "`transformer`")]
    [InlineData("\"kind\": \"text-cnn\", \"filters\": [3, 3]", "student.filters[1]", "once")]
    [InlineData("\"kind\": \"text-cnn\", \"filters\": [65]", "student.filters", "`data.maxLength`")]
    public void Contradictions_in_the_model_bring_their_remedy(string student, string key, string remedy) => Refused(Sample.Error(student: student), key, remedy);

    [Fact]
    public void A_frozen_policy_is_written_without_what_it_does_not_use_and_read_again()
    {
        Recipe frozen = Sample.Read(Sample.TwoTeachers + "\"weighting\": { \"kind\": \"reinforced\", \"from\": \"a/p.safetensors\", \"freeze\": true }");
        Assert.Equal(RecipeWriter.Write(frozen), RecipeWriter.Write(RecipeReader.Check(frozen)));
        Assert.DoesNotContain("episode", RecipeWriter.Write(frozen), StringComparison.Ordinal);
        Assert.Equal("/r/a/p.safetensors", RecipePaths.Absolute(frozen, "/r/x.json").Weighting.From);
        Assert.Equal("run/reinforced/1", RecipePaths.Absolute(frozen with { Weighting = frozen.Weighting with { From = "run/reinforced/1" } }, "/r/x.json").Weighting.From);
    }

    [Fact]
    public void A_teachers_endpoints_are_silos_each_given_once_instead_of_one_endpoint()
    {
        Refused(Sample.Error("\"teachers\": [{ \"name\": \"t\", \"endpoint\": \"http://a:1\", \"endpoints\": [\"http://b:1\"] }]"), "teachers[0].endpoints", "one");
        Refused(Sample.Error("\"teachers\": [{ \"name\": \"t\", \"endpoints\": [\"http://b:1\", \"http://b:1/\"] }]"), "teachers[0].endpoints[1]", "once");
        Assert.Equal(["http://a:1", "http://b:1"], Sample.Read("\"teachers\": [{ \"name\": \"t\", \"endpoints\": [\"http://a:1\", \"http://b:1\"] }]").Teachers[0].Endpoints);
    }

    [Theory]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"hinge\" }]", "KD1006", "objective.terms[0].loss")]
    [InlineData(Sample.TwoTeachers, "[]", "KD1005", "objective.terms")]
    [InlineData(Sample.TwoTeachers, "[{ \"weight\": 1 }]", "KD1004", "objective.terms[0].loss")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"kd\", \"smoothing\": 0.1 }]", "KD1007", "objective.terms[0].smoothing")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"kd\", \"weight\": -1 }]", "KD1005", "objective.terms[0].weight")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"kd\", \"weight\": \"1\" }]", "KD1003", "objective.terms[0].weight")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"kd\", \"weight\": { \"kind\": \"linear\", \"from\": 1 } }]", "KD1004", "objective.terms[0].weight.to")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"kd\", \"weight\": { \"kind\": \"linear\", \"from\": -1, \"to\": 0 } }]", "KD1005", "objective.terms[0].weight.from")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"kd\", \"weight\": { \"kind\": \"exponential\", \"from\": 1, \"to\": 0 } }]", "KD1007", "objective.terms[0].weight.to")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"kd\", \"weight\": { \"kind\": \"steps\", \"from\": 1, \"to\": 0 } }]", "KD1004", "objective.terms[0].weight.levels")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"kd\", \"weight\": { \"kind\": \"linear\", \"from\": 1, \"to\": 0, \"levels\": 3 } }]", "KD1007", "objective.terms[0].weight.levels")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"kd\", \"weight\": { \"kind\": \"constant\", \"from\": 1, \"to\": 2 } }]", "KD1007", "objective.terms[0].weight.to")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"cross-entropy\" }]", "KD1007", "objective.terms")]
    [InlineData("", "[{ \"loss\": \"kd\" }]", "KD1007", "objective.terms[0].loss")]
    [InlineData(Sample.TwoTeachers + "\"weighting\": { \"kind\": \"reinforced\" },", "[{ \"loss\": \"mse\" }]", "KD1007", "objective.terms")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"kd\", \"layers\": [{ \"student\": 1, \"teacher\": 1 }] }]", "KD1007", "objective.terms[0].layers")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"crd\", \"temperature\": 0.0149 }]", "KD1005", "objective.terms[0].temperature")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"contrast\", \"temperature\": 0.0149 }]", "KD1005", "objective.terms[0].temperature")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"word-angle\", \"window\": 4 }]", "KD1005", "objective.terms[0].window")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"attention-mse\" }]", "KD1007", "objective.terms[0].loss")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"cckd-bilinear\", \"gamma\": 1 }]", "KD1007", "objective.terms[0].gamma")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"cckd\", \"order\": 0 }]", "KD1005", "objective.terms[0].order")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"skd-direction\", \"ridge\": 0 }]", "KD1005", "objective.terms[0].ridge")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"kd\" }, { \"loss\": \"cross-entropy\", \"probabilityShift\": true }]", "KD1007", "objective.terms[1].probabilityShift")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"hidden-mse\", \"projection\": \"curved\" }]", "KD1006", "objective.terms[0].projection")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"hidden-mse\", \"layers\": [{ \"student\": 1 }] }]", "KD1004", "objective.terms[0].layers[0].teacher")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"hidden-mse\", \"layers\": [{ \"student\": 0, \"teacher\": 1 }, { \"student\": 0, \"teacher\": 1 }] }]", "KD1007", "objective.terms[0].layers")]
    [InlineData(Sample.TwoTeachers, "[{ \"loss\": \"map-mse\" }]", "KD1007", "objective.terms[0].loss")]
    public void Terms_that_say_nothing_sensible_are_refused(string rest, string terms, string code, string key)
    {
        KdError error = Sample.Error($"{rest}\"objective\": {{ \"terms\": {terms} }}");
        Assert.Equal(code, error.Code);
        Assert.Contains($"({key})", error.Where, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("crd", "0.015")]
    [InlineData("contrast", "0.015")]
    [InlineData("kd", "0.001")]
    public void A_temperature_from_the_least_one_on_is_taken(string loss, string temperature) =>
        Assert.NotEmpty(Sample.Read($"{Sample.TwoTeachers}\"objective\": {{ \"terms\": [{{ \"loss\": \"{loss}\", \"temperature\": {temperature} }}] }}").Objective.Terms!);

    public static TheoryData<string> LossesOfTexts => [.. RecipeTableLosses.All.Where(l => l.Fits(TaskNames.TextClassification) && l.Compares != OutputFamily.Map && !l.IsAdversary && l.Name != "beta-smoothing").Select(l => l.Name)];

    /// <summary>An effective recipe says every option, and means what the recipe meant.</summary>
    [Theory]
    [MemberData(nameof(LossesOfTexts))]
    public void A_loss_is_written_with_its_defaults_and_read_back(string loss)
    {
        Recipe recipe = Sample.Read(Sample.TwoTeachers + $"\"objective\": {{ \"terms\": [{{ \"loss\": \"kd\" }}, {{ \"loss\": \"{loss}\" }}] }}", student: "\"kind\": \"transformer\"");
        string written = RecipeWriter.Write(recipe);
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(RecipeReader.Read(written, "")));
        Assert.All(RecipeTableLosses.Find(loss)!.Options, o => Assert.Contains($"\"{o.Key}\"", written, StringComparison.Ordinal));
    }

    [Fact]
    public void Probabilities_have_no_sum_over_the_heads()
    {
        KdError error = Sample.Error(Sample.TwoTeachers + "\"objective\": { \"terms\": [{ \"loss\": \"attention-ce\", \"heads\": \"sum\" }] }", student: "\"kind\": \"transformer\"");
        Assert.Equal("KD1007", error.Code);
        Assert.Contains("(objective.terms[0].heads)", error.Where, StringComparison.Ordinal);
        Sample.Read(Sample.TwoTeachers + "\"objective\": { \"terms\": [{ \"loss\": \"attention-mse\", \"heads\": \"sum\" }] }", student: "\"kind\": \"transformer\"");
    }

    [Fact]
    public void Terms_stand_instead_of_temperature_and_alpha() =>
        Refused(Sample.Error(Sample.TwoTeachers + "\"objective\": { \"alpha\": 0.5, \"terms\": [{ \"loss\": \"kd\" }] }"), "objective.alpha", "leave out `terms`");

    [Theory]
    [InlineData("[]", "KD1005", "data.transform")]
    [InlineData("[{}]", "KD1004", "data.transform[0].kind")]
    [InlineData("[{ \"kind\": \"random-label\" }]", "KD1006", "data.transform[0].kind")]
    [InlineData("[{ \"kind\": \"set-labels\", \"classes\": [\"x\"] }]", "KD1004", "data.transform[0].label")]
    [InlineData("[{ \"kind\": \"random-labels\", \"label\": \"x\" }]", "KD1007", "data.transform[0].label")]
    [InlineData("[{ \"kind\": \"drop-rows\", \"share\": 0 }]", "KD1005", "data.transform[0].share")]
    [InlineData("[{ \"kind\": \"drop-rows\", \"share\": \"1\" }]", "KD1003", "data.transform[0].share")]
    [InlineData("[{ \"kind\": \"drop-rows\", \"classes\": [] }]", "KD1005", "data.transform[0].classes")]
    [InlineData("[{ \"kind\": \"random-labels\", \"splits\": [\"dev\"] }]", "KD1006", "data.transform[0].splits[0]")]
    [InlineData("[{ \"kind\": \"random-labels\", \"rate\": 0.3 }]", "KD1002", "data.transform[0].rate")]
    public void A_wrong_key_of_a_transformation_is_one_coded_mistake(string steps, string code, string key)
    {
        KdError error = Sample.Error(data: $"{Sample.BuiltIn}, \"transform\": {steps}");
        Assert.Equal((code, $"r.json:3 ({key})"), (error.Code, error.Where));
    }

    [Theory]
    [InlineData("", "data")]
    [InlineData("\"train\": \"a.dat\"", "data.train")]
    public void Data_without_a_source_or_format_is_incomplete(string data, string key)
    {
        KdError error = Sample.Error(data: data);
        Assert.Equal(("KD1004", $"r.json:3 ({key})"), (error.Code, error.Where));
    }

    [Fact]
    public void A_reinforced_baseline_takes_the_policys_options() =>
        Assert.Equal("r3", Sample.Read(Sample.TwoTeachers + "\"weighting\": { \"reward\": \"r3\", \"gamma\": 0.2 }, \"baselines\": [\"reinforced\"]").Weighting.Reward);

    [Fact]
    public void A_wrong_value_brings_no_contradiction_of_its_default()
    {
        KdError error = Sample.Error("\"teachers\": 2, \"weighting\": { \"kind\": \"reinforced\" }, \"baselines\": [\"alone\"]");
        Assert.Equal("KD1003", error.Code);
    }

    private static void Refused(KdError error, string key, string remedy)
    {
        Assert.Equal("KD1007", error.Code);
        Assert.EndsWith($"({key})", error.Where);
        Assert.Contains(remedy, error.Remedy);
    }

    [Theory]
    [InlineData("{}", "training.augmentation")]
    [InlineData("{ \"dropWords\": 0 }", "training.augmentation")]
    [InlineData("{ \"dropWords\": 0.1, \"spanLength\": 2 }", "training.augmentation.spanLength")]
    public void An_augmentation_that_does_nothing_is_refused(string augmentation, string where)
    {
        KdError error = Sample.Error($"\"training\": {{ \"augmentation\": {augmentation} }}");
        Assert.Equal(("KD1007", $"r.json:5 ({where})"), (error.Code, error.Where));
    }

    [Fact]
    public void Words_that_are_left_out_cannot_be_compared()
    {
        KdError error = Sample.Error(Sample.TwoTeachers + "\"objective\": { \"terms\": [{ \"loss\": \"hidden-mse\" }] }, \"training\": { \"augmentation\": { \"dropWords\": 0.1 } }", student: "\"kind\": \"transformer\"");
        Assert.Equal("r.json:5 (training.augmentation.dropWords)", error.Where);
        Sample.Read(Sample.TwoTeachers + "\"objective\": { \"terms\": [{ \"loss\": \"hidden-mse\" }] }, \"training\": { \"augmentation\": { \"maskSpans\": 0.1 } }", student: "\"kind\": \"transformer\"");
    }

    [Fact]
    public void What_is_done_to_the_student_is_not_done_to_teachers_that_do_not_say_so()
    {
        Recipe recipe = Sample.Read("""
            "training": { "augmentation": { "maskSpans": 0.1 }, "pruning": { "sparsity": 0.5 }, "quantization": {} },
            "teachers": [{ "name": "a", "train": { "model": { "kind": "text-cnn" } } }, { "name": "b", "train": { "model": { "kind": "text-cnn" }, "training": { "pruning": { "sparsity": 0.1 } } } }]
            """);
        Assert.Equal((0.5, 8, 3), (recipe.Training.Pruning!.Sparsity, recipe.Training.Quantization!.Bits, recipe.Training.Augmentation!.SpanLength));
        Assert.Equal([null, 0.1], recipe.Teachers.Select(t => t.Train!.Training.Pruning?.Sparsity));
        Assert.All(recipe.Teachers, t => Assert.Null(t.Train!.Training.Augmentation));
        Assert.Equal(RecipeWriter.Write(recipe), RecipeWriter.Write(RecipeReader.Read(RecipeWriter.Write(recipe), "r.json")));
        Assert.DoesNotContain("pruning", RecipeWriter.Write(Sample.Read()), StringComparison.Ordinal);
    }
}
