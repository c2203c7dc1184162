using System.Text.Json.Nodes;
using KdCluster.Learning.Checkpoints;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Runs;

/// <summary>Students that begin with a published model, from the recipe to the checkpoint.</summary>
public sealed class PretrainedRunTests
{
    [Fact]
    public async Task A_student_begins_with_a_folder_and_learns_from_a_teacher_of_that_layout()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Run trained = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, kind: "bert"));
        Assert.Equal([], trained.Errors);
        string folder = trained.Students[0].Checkpoint;
        await silo.TeacherAsync("one", "distilbert");
        string Recipe(string kind, string pretrained) => TinyTask.Recipe(silo.Folder.Path, teachers: ["one"], change: r => r["student"] = new JsonObject { ["kind"] = kind, ["pretrained"] = pretrained });

        Run run = await silo.RunAsync(Recipe("bert", folder));
        Assert.Equal([], run.Errors);
        Assert.Equal(RunState.Succeeded, run.State);
        string card = await File.ReadAllTextAsync(Path.Combine(run.Students[0].Checkpoint, "README.md"));
        Assert.Contains($"Began with the weights of {Path.GetFileName(folder)}.", card, StringComparison.Ordinal);

        Assert.Contains("Distilled from 1 teacher(s) (one) with", card, StringComparison.Ordinal);

        // What would fail later is told by the check.
        Assert.Equal(["KD1217"], (await silo.Client.CheckAsync(Recipe("roberta", folder))).Errors.Select(e => e.Code).Distinct());
        Assert.Equal(["KD1202"], (await silo.Client.CheckAsync(Recipe("bert", silo.Folder.File("nothing")))).Errors.Select(e => e.Code).Distinct());
        byte[] weights = await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "model.safetensors"), [.. weights[..^4], 0, 0, 0xC0, 0x7F]);
        Assert.Equal(["KD1212"], (await silo.Client.CheckAsync(Recipe("bert", folder))).Errors.Select(e => e.Code).Distinct());
    }

    [Fact]
    public async Task A_folder_with_another_tokenizer_than_the_teachers_is_read_with_its_own_and_learns_no_tokens_from_it()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string FolderOf(Run run) => run.Students[0].Checkpoint;
        string same = FolderOf(await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, kind: "bert"))), shorter = FolderOf(await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, "shorter", "bert", change: r => r["data"]!["maxLength"] = 8)));
        await silo.TeacherAsync("one", "distilbert");
        Task<RecipeCheck> CheckAsync(string folder, string loss) => silo.Client.CheckAsync(TinyTask.Recipe(silo.Folder.Path, teachers: ["one"], change: r =>
        {
            r["student"] = new JsonObject { ["kind"] = "bert", ["pretrained"] = folder };
            r["objective"] = new JsonObject { ["terms"] = new JsonArray(new JsonObject { ["loss"] = "cross-entropy" }, new JsonObject { ["loss"] = loss }) };
        }));

        Error refused = Assert.Single((await CheckAsync(shorter, "hidden-mse")).Errors);
        Assert.Equal("KD1304", refused.Code);
        Assert.Contains("the folder that the student begins with", refused.What, StringComparison.Ordinal);
        Assert.Equal([], (await CheckAsync(same, "hidden-mse")).Errors);
        RecipeCheck logits = await CheckAsync(shorter, "kd");
        Assert.Equal([], logits.Errors);
        // What is cut is told of the folder's tokenizer.
        Assert.Equal((8, 16), (logits.Data.MaxLength, (await CheckAsync(same, "kd")).Data.MaxLength));
    }

    [Fact]
    public async Task A_teacher_of_the_runs_own_begins_with_a_folder_too_and_another_folder_is_another_teacher()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string[] folders = [(await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, kind: "bert"))).Students[0].Checkpoint, (await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, kind: "bert", change: r => r["training"]!["epochs"] = 1))).Students[0].Checkpoint];
        string link = silo.Folder.File("begun");
        string recipe = TinyTask.Recipe(silo.Folder.Path, change: r =>
        {
            r["teachers"] = new JsonArray(new JsonObject { ["name"] = "own", ["train"] = new JsonObject { ["model"] = new JsonObject { ["kind"] = "bert", ["pretrained"] = link } } });
            r["weighting"] = new JsonObject { ["kind"] = "uniform" };
        });
        foreach ((string folder, int trainings) in folders.Zip([1, 2]))
        {
            Directory.CreateDirectory(link);
            foreach (string file in Directory.GetFiles(folder))
            {
                File.Copy(file, Path.Combine(link, Path.GetFileName(file)), overwrite: true);
            }

            Run run = await silo.RunAsync(recipe);
            Assert.Equal([], run.Errors);
            Assert.Equal(RunState.Succeeded, run.State);
            Assert.Equal(trainings, Directory.GetDirectories(Path.Combine(silo.Home, "runs"), "teacher-*").Length);
        }
    }

    [Fact]
    public async Task A_head_that_is_thrown_away_and_a_random_layer_that_would_be_frozen_are_told_before()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string folder = (await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, kind: "bert"))).Students[0].Checkpoint;
        string Recipe(JsonObject[]? stages = null, bool teacher = false) => TinyTask.Recipe(silo.Folder.Path, change: r =>
        {
            r["student"] = new JsonObject { ["kind"] = "bert", ["pretrained"] = folder };
            if (stages is not null)
            {
                r["stages"] = new JsonArray(stages);
            }

            if (teacher)
            {
                r["student"] = new JsonObject { ["kind"] = "bag-of-embeddings" };
                r["teachers"] = new JsonArray(new JsonObject { ["name"] = "own", ["train"] = new JsonObject { ["model"] = new JsonObject { ["kind"] = "bert", ["pretrained"] = folder }, ["training"] = new JsonObject { ["freeze"] = new JsonArray("bert") } } });
            }
        });
        JsonObject Stage(string name, string init, bool frozen) => new() { ["name"] = name, ["init"] = init, ["training"] = frozen ? new JsonObject { ["freeze"] = new JsonArray("bert") } : new JsonObject { ["epochs"] = 1 } };
        RecipeCheck check = await silo.Client.CheckAsync(Recipe([Stage("head", "fresh", frozen: true)]));
        Assert.Empty(check.Errors);
        Assert.DoesNotContain(check.Data.Warnings, w => w.Contains("drawn anew", StringComparison.Ordinal));

        string config = Path.Combine(folder, "config.json");
        JsonObject json = JsonNode.Parse(await File.ReadAllTextAsync(config))!.AsObject();
        (json["id2label"], json["label2id"]) = (new JsonObject { ["0"] = "LABEL_0", ["1"] = "LABEL_1", ["2"] = "LABEL_2" }, new JsonObject { ["LABEL_0"] = 0, ["LABEL_1"] = 1, ["LABEL_2"] = 2 });
        await File.WriteAllTextAsync(config, json.ToJsonString());
        Assert.Contains((await silo.Client.CheckAsync(Recipe())).Data.Warnings, w => w.Contains("[LABEL_0, LABEL_1, LABEL_2]", StringComparison.Ordinal) && w.Contains("drawn anew", StringComparison.Ordinal));
        Assert.Contains((await silo.Client.CheckAsync(Recipe(teacher: true))).Data.Warnings, w => w.Contains("drawn anew", StringComparison.Ordinal));

        json["architectures"] = new JsonArray("BertModel");
        await File.WriteAllTextAsync(config, json.ToJsonString());
        Drop(Path.Combine(folder, "model.safetensors"), "bert.pooler.");
        check = await silo.Client.CheckAsync(Recipe([Stage("head", "fresh", frozen: true)]));
        Assert.Equal("KD1230", Assert.Single(check.Errors).Code);
        Assert.DoesNotContain(check.Data.Warnings, w => w.Contains("drawn anew", StringComparison.Ordinal));
        Error own = Assert.Single((await silo.Client.CheckAsync(Recipe(teacher: true))).Errors);
        Assert.Equal(("KD1230", "teacher own, training.freeze"), (own.Code, own.Where));

        // A stage that goes on from another has the pooler of that.
        Assert.Empty((await silo.Client.CheckAsync(Recipe([Stage("all", "fresh", frozen: false), Stage("head", "previous.best", frozen: true)]))).Errors);

        static void Drop(string file, string prefix)
        {
            SafeTensor[] kept;
            using (SafeTensorsReader reader = SafeTensorsReader.Open(file))
            {
                kept = [.. reader.Tensors.Where(t => !t.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(t => new SafeTensor(t.Name, t.Type, t.Shape, reader.ReadBytes(t)))];
            }

            using FileStream stream = File.Create(file);
            SafeTensorsWriter.Write(stream, kept);
        }
    }
}
