using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

public class RecipeStagesTests
{
    private const string Annealing = Sample.TwoTeachers + """
        "training": { "epochs": 2, "learningRate": 0.01, "seeds": [3, 4] },
        "objective": { "temperature": 3, "alpha": 0.9 },
        "stages": [
          { "name": "match", "objective": { "terms": [{ "loss": "mse" }] }, "training": { "epochs": 10 }, "select": "cross-entropy" },
          { "name": "labels", "teachers": [], "init": "match.best", "training": { "warmup": 0 } },
          { "name": "own", "teachers": ["b", "stage:match", "average"], "student": { "hidden": 7 }, "averageDecay": 0.9 }
        ]
        """;

    [Fact]
    public void What_a_stage_leaves_out_is_that_of_the_recipe()
    {
        Recipe recipe = Sample.Read(Annealing);
        IReadOnlyList<StageSpec> stages = recipe.Stages!;
        Assert.Equal(["match", "labels", "own"], stages.Select(s => s.Name));
        Assert.Equal([10, 2, 2], stages.Select(s => s.Training.Epochs));
        Assert.All(stages, s => Assert.Equal(0.01, s.Training.LearningRate));
        Assert.Equal([3L, 4], stages[0].Training.Over(recipe.Training).Seeds);
        Assert.Equal([0.05, 0, 0.05], stages.Select(s => s.Training.Warmup));
        Assert.Equal("a b||b stage:match average", string.Join('|', stages.Select(s => string.Join(' ', s.Teachers))));
        Assert.Equal(["b"], stages[2].ServedTeachers());
        Assert.Equal(["mse"], stages[0].Objective.Terms!.Select(t => t.Loss));
        Assert.Null(stages[1].Objective.Terms);
        Assert.Equal((0, 3.0, 0.9), (stages[1].Objective.Alpha, stages[2].Objective.Temperature, stages[2].Objective.Alpha));
        Assert.Equal([128, 128, 7], stages.Select(s => s.Student.Hidden));
        Assert.Equal(["fresh", "match.best", "fresh"], stages.Select(s => s.Init));
        Assert.Equal(["cross-entropy", "accuracy", "accuracy"], stages.Select(s => s.Select));
        Assert.Equal([0.999, 0.999, 0.9], stages.Select(s => s.AverageDecay));
    }

    [Fact]
    public void The_effective_recipe_has_every_stage_in_full_and_reads_back_equal()
    {
        Recipe recipe = Sample.Read(Annealing);
        string written = RecipeWriter.Write(recipe);
        Assert.Equal(written, RecipeWriter.Write(RecipeReader.Read(written, "r.json")));
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(RecipeReader.Check(recipe)));
        Assert.Contains("\"averageDecay\": 0.9\n", written.Replace(",\n", "\n", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Single(written.Split("averageDecay").Skip(1));
    }

    [Fact]
    public void A_recipe_without_stages_is_one_stage_and_is_written_as_ever()
    {
        Recipe recipe = Sample.Read(Sample.TwoTeachers);
        StageSpec stage = Assert.Single(recipe.AllStages());
        Assert.Equal(("", "a b"), (stage.Name, string.Join(' ', stage.Teachers)));
        Assert.Equal(recipe.Training, stage.Training.Over(recipe.Training));
        Assert.DoesNotContain("stages", RecipeWriter.Write(recipe), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stages_temperature_stands_for_the_recipes_terms()
    {
        Recipe recipe = Sample.Read(Sample.TwoTeachers + "\"objective\": { \"terms\": [{ \"loss\": \"kd\" }] }, \"stages\": [{ \"name\": \"x\", \"objective\": { \"temperature\": 2 } }, { \"name\": \"y\" }]");
        Assert.Null(recipe.Stages![0].Objective.Terms);
        Assert.Equal(2, recipe.Stages[0].Objective.Temperature);
        Assert.Equal("kd", Assert.Single(recipe.Stages[1].Objective.Terms!).Loss);
    }

    [Theory]
    [InlineData("[]", "KD1005", "stages")]
    [InlineData("[{}]", "KD1004", "stages[0].name")]
    [InlineData("[{ \"name\": \"x\" }, { \"name\": \"x\" }]", "KD1007", "stages[1].name")]
    [InlineData("[{ \"name\": \"previous\" }]", "KD1007", "stages[0].name")]
    [InlineData("[{ \"name\": \"x\", \"epochs\": 3 }]", "KD1002", "stages[0].epochs")]
    [InlineData("[{ \"name\": \"x\", \"training\": { \"seeds\": [1] } }]", "KD1002", "stages[0].training.seeds")]
    [InlineData("[{ \"name\": \"x\", \"teachers\": [\"c\"] }]", "KD1006", "stages[0].teachers[0]")]
    [InlineData("[{ \"name\": \"x\", \"teachers\": [\"stage:x\"] }]", "KD1006", "stages[0].teachers[0]")]
    [InlineData("[{ \"name\": \"x\", \"averageDecay\": 0.5 }]", "KD1007", "stages[0].averageDecay")]
    [InlineData("[{ \"name\": \"x\", \"init\": \"previous.best\" }]", "KD1006", "stages[0].init")]
    [InlineData("[{ \"name\": \"x\", \"init\": \"best\" }]", "KD1005", "stages[0].init")]
    [InlineData("[{ \"name\": \"x\" }, { \"name\": \"y\", \"init\": \"z.best\" }]", "KD1006", "stages[1].init")]
    [InlineData("[{ \"name\": \"x\" }, { \"name\": \"y\", \"init\": \"x.last\", \"student\": { \"hidden\": 3 } }]", "KD1007", "stages[1].init")]
    [InlineData("[{ \"name\": \"x\", \"select\": \"f1\" }]", "KD1006", "stages[0].select")]
    [InlineData("[{ \"name\": \"x\", \"student\": { \"heads\": 3 } }]", "KD1007", "stages[0].student.heads")]
    [InlineData("[{ \"name\": \"x\", \"student\": { \"kind\": \"transformer\", \"embedding\": 66 } }]", "KD1007", "stages[0].student.embedding")]
    [InlineData("[{ \"name\": \"x\", \"teachers\": [], \"objective\": { \"alpha\": 0.5 } }]", "KD1007", "stages[0].objective.alpha")]
    [InlineData("[{ \"name\": \"x\", \"teachers\": [\"a\"], \"weighting\": { \"kind\": \"reinforced\" } }]", "KD1007", "stages[0].weighting.kind")]
    [InlineData("[{ \"name\": \"w\" }, { \"name\": \"x\", \"teachers\": [\"average\", \"stage:w\"], \"weighting\": { \"kind\": \"reinforced\" } }]", "KD1007", "stages[1].teachers")]
    [InlineData("[{ \"name\": \"x\", \"objective\": { \"terms\": [{ \"loss\": \"cross-entropy\" }] } }]", "KD1007", "stages[0].objective.terms")]
    [InlineData("[{ \"name\": \"x\", \"teachers\": [\"average\"], \"objective\": { \"terms\": [{ \"loss\": \"hidden-mse\" }] } }]", "KD1007", "stages[0].objective.terms[0].loss")]
    public void Mistakes_are_told_where_they_are_written(string stages, string code, string key)
    {
        KdError error = Sample.Error($"{Sample.TwoTeachers} \"stages\": {stages}");
        Assert.Equal(code, error.Code);
        Assert.Contains($"({key})", error.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void What_all_stages_inherit_is_wrong_once()
    {
        KdError error = Sample.Error($"{Sample.TwoTeachers} \"training\": {{ \"seeds\": [1, 1] }}, \"stages\": [{{ \"name\": \"x\" }}, {{ \"name\": \"y\" }}]");
        Assert.Contains("(training.seeds[1])", error.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_goes_through_its_models_each_taught_by_the_one_before()
    {
        Recipe recipe = Sample.Read(Sample.TwoTeachers + "\"driver\": { \"kind\": \"chain\", \"students\": [{ \"kind\": \"transformer\", \"embedding\": 8 }, { \"kind\": \"text-cnn\" }] }");
        IReadOnlyList<StageSpec> stages = recipe.AllStages();
        Assert.Equal(["round-1", "round-2", "round-3"], stages.Select(s => s.Name));
        Assert.Equal(["transformer", "text-cnn", "bag-of-embeddings"], stages.Select(s => s.Student.Kind));
        Assert.Equal("a b|stage:round-1|stage:round-2", string.Join('|', stages.Select(s => string.Join(' ', s.Teachers))));
        string written = RecipeWriter.Write(recipe);
        Assert.Equal(written, RecipeWriter.Write(RecipeReader.Read(written, "r.json")));
        Assert.DoesNotContain("filters", written.Split("\"kind\": \"transformer\"")[1].Split('}')[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Generations_begin_with_labels_where_there_is_no_teacher()
    {
        Recipe recipe = Sample.Read("\"objective\": { \"terms\": [{ \"loss\": \"cross-entropy\", \"weight\": 0.4, \"smoothing\": 0.1 }, { \"loss\": \"kd\" }] }, \"driver\": { \"kind\": \"generations\", \"count\": 3 }");
        IReadOnlyList<StageSpec> stages = recipe.AllStages();
        Assert.Equal("|stage:round-1|stage:round-2", string.Join('|', stages.Select(s => string.Join(' ', s.Teachers))));
        Assert.Equal(["cross-entropy", "cross-entropy kd", "cross-entropy kd"], stages.Select(s => string.Join(' ', s.Objective.Terms!.Select(t => t.Loss))));
        Assert.Equal(0.5, Sample.Read("\"objective\": { \"alpha\": 0.5 }, \"driver\": { \"kind\": \"generations\", \"count\": 2 }").AllStages()[1].Objective.Alpha);
        string written = RecipeWriter.Write(recipe);
        Assert.Equal(written, RecipeWriter.Write(RecipeReader.Read(written, "r.json")));
    }

    [Fact]
    public void Rounds_repeat_the_stages_and_what_they_name()
    {
        Recipe recipe = Sample.Read(Sample.TwoTeachers + """
            "stages": [
              { "name": "x" },
              { "name": "y", "teachers": ["a", "stage:x", "average"], "init": "x.best" },
              { "name": "z", "teachers": [], "init": "previous.last" }
            ],
            "driver": { "kind": "generations", "count": 2 }
            """);
        Assert.Equal(
            "round-1.x: a b, fresh; round-1.y: a stage:round-1.x average, round-1.x.best; round-1.z: , previous.last; "
            + "round-2.x: stage:round-1.z, fresh; round-2.y: stage:round-1.z stage:round-2.x average, round-2.x.best; round-2.z: , previous.last",
            string.Join("; ", recipe.AllStages().Select(s => $"{s.Name}: {string.Join(' ', s.Teachers)}, {s.Init}")));
        string written = RecipeWriter.Write(recipe);
        Assert.Equal(written, RecipeWriter.Write(RecipeReader.Read(written, "r.json")));
    }

    [Fact]
    public void A_stage_that_leaves_its_teachers_out_is_taught_by_the_round_before()
    {
        Recipe recipe = Sample.Read("""
            "stages": [{ "name": "x" }, { "name": "y", "teachers": [] }],
            "driver": { "kind": "generations", "count": 2 }
            """);
        Assert.Equal("||stage:round-1.y|", string.Join('|', recipe.AllStages().Select(s => string.Join(' ', s.Teachers))));
        string written = RecipeWriter.Write(recipe);
        Assert.Equal("||stage:round-1.y|", string.Join('|', RecipeReader.Read(written, "r.json").AllStages().Select(s => string.Join(' ', s.Teachers))));
        Assert.Equal(written, RecipeWriter.Write(RecipeReader.Read(written, "r.json")));
    }

    [Theory]
    [InlineData(Sample.TwoTeachers, "{}", "KD1004", "driver.kind")]
    [InlineData(Sample.TwoTeachers, "{ \"kind\": \"search\" }", "KD1006", "driver.kind")]
    [InlineData(Sample.TwoTeachers, "{ \"kind\": \"chain\" }", "KD1004", "driver.students")]
    [InlineData(Sample.TwoTeachers, "{ \"kind\": \"chain\", \"students\": [] }", "KD1005", "driver.students")]
    [InlineData(Sample.TwoTeachers, "{ \"kind\": \"chain\", \"students\": [{ \"kind\": \"transformer\", \"heads\": 3 }] }", "KD1007", "driver.students[0].heads")]
    [InlineData(Sample.TwoTeachers, "{ \"kind\": \"chain\", \"students\": [{ \"kind\": \"bilstm\", \"heads\": 2 }] }", "KD1007", "driver.students[0].heads")]
    [InlineData(Sample.TwoTeachers, "{ \"kind\": \"generations\" }", "KD1004", "driver.count")]
    [InlineData(Sample.TwoTeachers, "{ \"kind\": \"generations\", \"count\": 1 }", "KD1005", "driver.count")]
    [InlineData(Sample.TwoTeachers, "{ \"kind\": \"chain\", \"students\": [{ \"kind\": \"bilstm\" }], \"count\": 2 }", "KD1007", "driver.count")]
    [InlineData("", "{ \"kind\": \"chain\", \"students\": [{ \"kind\": \"bilstm\" }] }", "KD1007", "driver.kind")]
    public void A_driver_that_says_nothing_sensible_is_refused(string rest, string driver, string code, string key)
    {
        KdError error = Sample.Error($"{rest} \"driver\": {driver}");
        Assert.Equal(code, error.Code);
        Assert.Contains($"({key})", error.Where, StringComparison.Ordinal);
    }
}
