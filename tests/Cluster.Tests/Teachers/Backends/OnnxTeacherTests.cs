using System.Text.Json.Nodes;
using KdCluster.Cli.CommandLine;
using KdCluster.Client;
using KdCluster.Tests.Cli;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Teachers.Backends;

/// <summary>A model as ONNX, from the export to a student that it teaches.</summary>
public sealed class OnnxTeacherTests
{
    [Fact]
    public async Task An_exported_model_teaches_beside_others_and_another_student_asks_none()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Teacher native = await silo.TeacherAsync("cnn", "text-cnn");
        Teacher onnx = await OnnxAsync(silo, native, "cnn-onnx");
        Assert.Equal(("onnx", native.Parameters, native.Tokenizer, native.MaxLength, native.LabelSpace), (onnx.Kind, onnx.Parameters, onnx.Tokenizer, onnx.MaxLength, onnx.LabelSpace));
        Assert.Equal(native.Labels, onnx.Labels);
        Assert.Equal(native.Accuracy, onnx.Accuracy);
        Assert.Equal(["logits", "embedding", "hidden.0"], onnx.NamedOutputs.Select(o => o.Name));
        Assert.Empty(native.NamedOutputs.Select(o => o.TeacherFingerprint).Intersect(onnx.NamedOutputs.Select(o => o.TeacherFingerprint)));

        string Recipe(string kind) => TinyTask.Recipe(silo.Folder.Path, kind: kind, teachers: ["cnn", "cnn-onnx"], change: r =>
            r["objective"] = new JsonObject { ["terms"] = new JsonArray(new JsonObject { ["loss"] = "kd" }, new JsonObject { ["loss"] = "cross-entropy" }, new JsonObject { ["loss"] = "embedding-cosine" }) });
        Run first = await silo.RunAsync(Recipe("bag-of-embeddings")), second = await silo.RunAsync(Recipe("text-cnn"));
        Assert.Equal((RunState.Succeeded, RunState.Succeeded), (first.State, second.State));
        Assert.Equal(2 * 240, first.Students.Sum(s => s.TeacherRows));
        Assert.Equal(0, second.Students.Sum(s => s.TeacherRows));

        // Loaded again it is the same teacher, whose rows are there already.
        Teacher again = await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "again", Checkpoint = onnx.Checkpoint });
        Assert.Equal(onnx.NamedOutputs.Select(o => o.TeacherFingerprint), again.NamedOutputs.Select(o => o.TeacherFingerprint));
    }

    [Fact]
    public async Task A_score_and_images_are_served_too()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        TinyScores.Write(silo.Folder.Path);
        TinyImages.Write(silo.Folder.Path);
        Run scores = await silo.RunAsync(TinyScores.Recipe(silo.Folder.Path)), images = await silo.RunAsync(TinyImages.Recipe(silo.Folder.Path, kind: "resnet"));
        Teacher score = await OnnxAsync(silo, new Teacher { Checkpoint = scores.Students[0].Checkpoint }, "score"), image = await OnnxAsync(silo, new Teacher { Checkpoint = images.Students[0].Checkpoint }, "image");
        Assert.Equal(["score"], score.Labels);
        Assert.True(score.Figures["pearson"] > 0);
        Assert.Equal("pixels", image.Inputs[0].Name);
        Run first = await silo.RunAsync(TinyScores.Recipe(silo.Folder.Path, teachers: ["score"])), second = await silo.RunAsync(TinyImages.Recipe(silo.Folder.Path, teachers: ["image"]));
        Assert.Equal((RunState.Succeeded, RunState.Succeeded), (first.State, second.State));
    }

    [Fact]
    public async Task What_cannot_be_written_or_would_be_lost_is_refused()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Teacher native = await silo.TeacherAsync("cnn", "text-cnn");
        string other = silo.Folder.File("other");
        Directory.CreateDirectory(other);
        await File.WriteAllTextAsync(Path.Combine(other, "notes.txt"), "mine");
        Assert.Contains("which would be lost", await FailedAsync("student", "export", native.Checkpoint, other, "--onnx"), StringComparison.Ordinal);
        Assert.Contains("Give --onnx", await FailedAsync("student", "export", native.Checkpoint, silo.Folder.File("new")), StringComparison.Ordinal);
        Assert.Contains("KD1202", await FailedAsync("student", "export", other, silo.Folder.File("new"), "--onnx"), StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(other, "notes.txt")));

        string folder = await ExportAsync(silo, native, "bad");
        await ExportAsync(silo, native, "bad");   // over what it has written itself
        await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "mine");
        Assert.Contains("holds notes.txt too, which would be lost", await FailedAsync("student", "export", native.Checkpoint, folder, "--onnx"), StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(folder, "notes.txt")));
        byte[] whole = await File.ReadAllBytesAsync(Path.Combine(folder, "model.onnx"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "model.onnx"), whole[..(whole.Length / 2)]);
        await RefusedAsync(silo, folder, "KD1241");
        await File.WriteAllBytesAsync(Path.Combine(folder, "model.onnx"), whole);
        string config = Path.Combine(folder, "config.json");
        await File.WriteAllTextAsync(config, """{ "id2label": { "0": "a", "1": "b" } }""");
        await RefusedAsync(silo, folder, "KD1241");
        await File.WriteAllTextAsync(config, "{");
        await RefusedAsync(silo, folder, "KD1204");
        await File.WriteAllTextAsync(config, "{}");
        Assert.Equal(["LABEL_0", "LABEL_1", "LABEL_2"], (await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "bare", Checkpoint = folder })).Labels);

        // Names that a deployment maps, by the command.
        string[] deploy = ["teacher", "deploy", "mapped", "--checkpoint", folder, "--silo", silo.Silo.Address];
        string wrong = await FailedAsync([.. deploy, "--input", "input_ids", "--output", "logits=a", "--output", "logits=b"]);
        Assert.Contains("'input_ids' maps nothing", wrong, StringComparison.Ordinal);
        Assert.Contains("logits is mapped twice, to a and to b", wrong, StringComparison.Ordinal);
        Assert.Contains("KD1243", await FailedAsync([.. deploy, "--output", "logits=nowhere"]), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await new CliHarness().RunAsync([.. deploy, "--input", "input_ids=input_ids", "--output", "hidden.7=hidden.0"]));
        Assert.Equal(["logits", "embedding", "hidden.7"], (await silo.Client.Teachers.DescribeAsync(new DescribeTeacherRequest { Name = "mapped" })).NamedOutputs.Select(o => o.Name));
        File.Delete(Path.Combine(folder, "tokenizer.json"));
        await RefusedAsync(silo, folder, "KD1202");
    }

    private static async Task<Teacher> OnnxAsync(TinySilo silo, Teacher native, string name) =>
        await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = name, Checkpoint = await ExportAsync(silo, native, name) });

    private static async Task<string> ExportAsync(TinySilo silo, Teacher native, string name)
    {
        string folder = silo.Folder.File(name);
        CliHarness kd = new();
        Assert.True(await kd.RunAsync("student", "export", native.Checkpoint, folder, "--onnx") == 0, kd.Error);
        Assert.Contains("model.onnx", kd.Error, StringComparison.Ordinal);
        return folder;
    }

    private static async Task<string> FailedAsync(params string[] line)
    {
        CliHarness kd = new();
        Assert.NotEqual(0, await kd.RunAsync(line));
        return kd.Error;
    }

    private static async Task RefusedAsync(TinySilo silo, string folder, string code)
    {
        Grpc.Core.RpcException refused = await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "bad", Checkpoint = folder }));
        Assert.Equal(code, refused.ToKd("silo").Code);
    }
}
