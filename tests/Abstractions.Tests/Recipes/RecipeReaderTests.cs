using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

public class RecipeReaderTests
{
    [Fact]
    public void Comments_and_trailing_commas_are_read()
    {
        Recipe recipe = RecipeReader.Read("""
            {
              // a comment
              "name": "x", /* another */
              "data": { "train": "a.csv", "columns": { "text": 2, }, },
              "student": { "kind": "transformer", "layers": 2, },
            }
            // the end
            """, "r.json");
        Assert.Equal(("x", "a.csv", "2", "label", 2, 128), (recipe.Name, recipe.Data.Train, recipe.Data.Columns.Text, recipe.Data.Columns.Label, recipe.Student.Layers, recipe.Student.Embedding));
    }

    [Fact]
    public void What_is_left_out_takes_the_records_defaults()
    {
        Recipe recipe = Sample.Read(Sample.TwoTeachers);
        Assert.Equal(new ObjectiveSpec(), recipe.Objective);
        Assert.Equal(new WeightingSpec(), recipe.Weighting);
        Assert.Equal(new TrainingSpec().LearningRate, recipe.Training.LearningRate);
        Assert.Equal("silo", recipe.Store);
    }

    [Fact]
    public void Without_teachers_alpha_is_0() => Assert.Equal(0, Sample.Read().Objective.Alpha);

    [Fact]
    public void Every_mistake_is_reported_at_once_in_the_files_order()
    {
        IReadOnlyList<KdError> errors = Sample.Errors("""
            {
              "name": "not a name",
              "data": { "builtIn": "imdb", "maxLenght": 9 },
              "teachers": [{ "name": "a" }, { "nam": "b" }],
              "student": { "kind": "bag-of-embeddings", "dropout": 1.0 },
              "training": { "epochs": "three", "seeds": [1, 2.5], "batchSize": 0, "epochs": 3 },
              "objective": { "temperature": 0 },
              "baselines": ["alone", "alone"]
            }
            """);
        Assert.Equal(
            [
                "KD1005 r.json:2 (name)",
                "KD1006 r.json:3 (data.builtIn)", "KD1002 r.json:3 (data.maxLenght)",
                "KD1002 r.json:4 (teachers[1].nam)", "KD1004 r.json:4 (teachers[1].name)",
                "KD1005 r.json:5 (student.dropout)",
                "KD1003 r.json:6 (training.epochs)", "KD1003 r.json:6 (training.seeds[1])", "KD1005 r.json:6 (training.batchSize)", "KD1007 r.json:6 (training.epochs)",
                "KD1005 r.json:7 (objective.temperature)",
                "KD1007 r.json:8 (baselines[1])",
            ],
            errors.Select(e => $"{e.Code} {e.Where}"));
    }

    [Theory]
    [InlineData("redis://:secret@h", "KD1808")]
    [InlineData("redis://secret@h:1/2", "KD1808")]
    [InlineData("redis://u:se cret@h", "KD1005")]
    [InlineData("redis:/u:secret@h", "KD1005")]
    public void A_password_is_refused_and_not_repeated(string store, string code)
    {
        KdError error = Sample.Error($"\"store\": \"{store}\"");
        Assert.Equal(code, error.Code);
        Assert.DoesNotContain("cret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"treining\": {}", "\"training\"")]
    [InlineData("\"training\": { \"batch_size\": 8 }", "\"batchSize\"")]
    [InlineData("\"training\": { \"Epochs\": 8 }", "\"epochs\"")]
    [InlineData("\"epochs\": 8", "\"training.epochs\"")]
    [InlineData("\"training\": { \"xyzzy\": 8 }", "Known here: epochs, batchSize")]
    public void An_unknown_key_brings_the_one_that_was_meant(string rest, string suggestion)
    {
        KdError error = Sample.Error(rest);
        Assert.Equal("KD1002", error.Code);
        Assert.StartsWith("r.json:5", error.Where);
        Assert.Contains(suggestion, error.Remedy);
    }

    [Theory]
    [InlineData("\"training\": 5", "KD1003", "expected a section { … }, found the number 5")]
    [InlineData("\"teachers\": {}", "KD1003", "expected a list of sections")]
    [InlineData("\"baselines\": \"alone\"", "KD1003", "expected a list of texts")]
    [InlineData("\"store\": null", "KD1003", "found null")]
    [InlineData("\"store\": \"postgres://x\"", "KD1005", "redis://")]
    [InlineData("\"training\": { \"epochs\": 1.5 }", "KD1003", "a whole number")]
    [InlineData("\"training\": { \"epochs\": 99999999999999999999 }", "KD1005", "out of range")]
    [InlineData("\"training\": { \"learningRate\": 1e999 }", "KD1005", "out of range")]
    [InlineData("\"training\": { \"learningRate\": 0 }", "KD1005", "above 0")]
    [InlineData("\"training\": { \"warmup\": 1.01 }", "KD1005", "0 to 1")]
    [InlineData("\"training\": { \"clip\": -0.1 }", "KD1005", "at least 0")]
    [InlineData("\"training\": { \"seeds\": [] }", "KD1005", "at least 1 item")]
    [InlineData("\"training\": { \"optimizer\": \"sgd\" }", "KD1006", "Known: adam, adamw")]
    [InlineData("\"training\": { \"optimizer\": \"adamW\" }", "KD1006", "Did you mean")]
    [InlineData("\"training\": { \"device\": \"tpu\" }", "KD1005", "`cuda:N`")]
    [InlineData("\"teachers\": [{ \"name\": \"a\", \"endpoint\": \"localhost:80\" }]", "KD1005", "http://host:port")]
    public void A_wrong_value_brings_what_is_allowed(string rest, string code, string text)
    {
        KdError error = Sample.Error(rest);
        Assert.Equal(code, error.Code);
        Assert.Contains(text, error.ToString());
    }

    [Fact]
    public void An_unknown_kind_brings_the_known_ones()
    {
        KdError error = Sample.Error(student: "\"kind\": \"transformr\"");
        Assert.Equal("KD1006", error.Code);
        Assert.Equal("Did you mean \"transformer\"? Known: bag-of-embeddings, text-cnn, bilstm, transformer, bert, roberta, distilbert, gpt2, llama, mlp, cnn, resnet.", error.Remedy);
    }

    [Theory]
    [InlineData("{ \"name\": \"x\",\n \"data\": [ }", 2)]
    [InlineData("", 1)]
    [InlineData("{} {}", 1)]
    [InlineData("{ \"name\": \"x\"\n", 2)]
    public void What_is_not_JSON_brings_its_line(string json, int line)
    {
        KdError error = Assert.Single(Sample.Errors(json), e => e.Code == "KD1001");
        Assert.Equal($"r.json:{line}", error.Where);
    }

    [Fact]
    public void A_list_is_no_recipe() => Assert.Equal("KD1003", Assert.Single(Sample.Errors("[1, 2]")).Code);

    [Fact]
    public void An_empty_section_lacks_the_required_keys() =>
        Assert.Equal(["KD1004 r.json (name)", "KD1004 r.json (data)", "KD1004 r.json (student)"], Sample.Errors("{}").Select(e => $"{e.Code} {e.Where}"));

    [Fact]
    public void A_missing_file_is_told() => Assert.Equal("KD1008", Assert.Throws<KdException>(() => RecipeReader.ReadFile("/nowhere/r.json")).Code);

    [Fact]
    public void A_byte_order_mark_is_skipped_and_other_encodings_are_refused()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("kd-recipe").FullName, "r.json");
        try
        {
            File.WriteAllBytes(path, [0xEF, 0xBB, 0xBF, .. System.Text.Encoding.UTF8.GetBytes(Sample.Json())]);
            Assert.Equal("sample", RecipeReader.ReadFile(path).Name);
            File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(Sample.Json("// é")));
            Assert.Equal("KD1001", Assert.Throws<KdException>(() => RecipeReader.ReadFile(path)).Code);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [Fact]
    public void A_recipe_made_in_code_is_checked_by_the_same_rules()
    {
        Recipe recipe = Sample.Read(Sample.TwoTeachers) with { Objective = new ObjectiveSpec { Temperature = double.NaN, Alpha = 2 } };
        IReadOnlyList<KdError> errors = Assert.Throws<KdException>(() => RecipeReader.Check(recipe)).Errors;
        Assert.Equal(["KD1003 objective.temperature", "KD1005 objective.alpha"], errors.Select(e => $"{e.Code} {e.Where}"));
    }
}
