using System.Text.Json.Nodes;
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
}
