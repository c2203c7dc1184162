using KdCluster.Cli.Runs;
using KdCluster.Recipes;
using KdCluster.Tests.Support;

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

    [Fact]
    public async Task The_whole_experiment_is_asked_for_and_what_a_variant_takes_over_changes_with_the_recipe()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("r.json");
        await File.WriteAllTextAsync(file, """
            {
              // one seed, but with --full three
              "name": "x", "data": { "builtIn": "dotnet-docs" }, "student": { "kind": "bag-of-embeddings" },
              "training": { "epochs": 2 },
              "variants": { "slow": { "training": { "learningRate": 1e-4 } } },
              "full": { "training": { "seeds": [1, 2, 3] } },
            }
            """);
        Recipe changed = await EffectiveAsync("--set", "training.epochs=7");
        Assert.Equal((7, 7), (changed.Training.Epochs, changed.Variants!["slow"].Training.Epochs));
        Assert.Equal([1L], changed.Training.Seeds);
        changed = await EffectiveAsync("--full", "--set", "variants.slow.training.epochs=7");
        Assert.Equal((2, 7), (changed.Training.Epochs, changed.Variants!["slow"].Training.Epochs));
        Assert.Equal([1L, 2, 3], changed.Training.Seeds);

        async Task<Recipe> EffectiveAsync(params string[] options)
        {
            CliHarness cli = new();
            Assert.Equal(0, await cli.RunAsync(["recipe", "check", file, "--home", folder.File("home"), .. options]));
            return RecipeReader.Read(cli.Output, "");
        }
    }

    [Fact]
    public async Task A_data_file_that_is_absent_is_taken_from_the_folder_of_data_sets_and_that_is_said()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("sets/tiny"));
        TinyTask.Write(folder.File("sets/tiny"));
        Directory.CreateDirectory(folder.File("recipes/methods"));
        string file = folder.File("recipes/methods/r.json");
        await File.WriteAllTextAsync(file, """{ "name": "x", "data": { "train": "../data/tiny/train.tsv", "test": "../data/tiny/none.tsv" }, "student": { "kind": "bert", "pretrained": "../data/encoder" } }""");
        Directory.CreateDirectory(folder.File("sets/encoder"));
        CliHarness cli = new(new Dictionary<string, string> { ["KD_DATA"] = folder.File("sets") });
        Assert.Equal(0, await cli.RunAsync("recipe", "check", file, "--home", folder.File("home")));
        Assert.Equal(folder.File("sets/encoder"), RecipeReader.Read(cli.Output, "").Student.Pretrained);
        DataSpec data = RecipeReader.Read(cli.Output, "").Data;
        Assert.Equal((folder.File("sets/tiny/train.tsv"), folder.File("recipes/data/tiny/none.tsv")), (data.Train, data.Test));
        Assert.Contains("data.train: ../data/tiny/train.tsv is not there;", cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("data.test: ../data", cli.Error, StringComparison.Ordinal);

        // What is there is taken.
        Directory.CreateDirectory(folder.File("recipes/data/tiny"));
        TinyTask.Write(folder.File("recipes/data/tiny"));
        cli = new(new Dictionary<string, string> { ["KD_DATA"] = folder.File("sets") });
        await cli.RunAsync("recipe", "check", file, "--home", folder.File("home"));
        Assert.Equal(folder.File("recipes/data/tiny/train.tsv"), RecipeReader.Read(cli.Output, "").Data.Train);
    }
}
