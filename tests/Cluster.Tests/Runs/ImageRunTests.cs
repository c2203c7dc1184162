using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using KdCluster.Client;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.SoftTargets;
using KdCluster.Tests.Support;
using KdCluster.V1;
using TorchSharp;

namespace KdCluster.Tests.Runs;

/// <summary>The task image-classification from the files to the student, with served teachers.</summary>
public class ImageRunTests
{
    [Fact]
    public async Task Students_of_images_learn_from_served_teachers_and_another_student_asks_none()
    {
        await using TinySilo silo = await StartAsync();
        Teacher teacher = await TeacherAsync(silo, "net", "resnet");
        await TeacherAsync(silo, "cnn", "cnn");
        Assert.Equal("pixels", Assert.Single(teacher.Inputs).Name);
        Assert.Equal([1, TinyImages.Side, TinyImages.Side], teacher.Inputs[0].Shape);
        Assert.Equal(0, teacher.MaxLength);

        Run first = await silo.RunAsync(TinyImages.Recipe(silo.Folder.Path, teachers: ["net", "cnn"], change: r => r["baselines"] = new JsonArray("alone", "best-single")));
        Run second = await silo.RunAsync(TinyImages.Recipe(silo.Folder.Path, kind: "cnn", teachers: ["cnn", "net"]));

        Assert.Equal((RunState.Succeeded, RunState.Succeeded), (first.State, second.State));
        Assert.True(first.Students.Sum(s => s.TeacherRows) > 0);
        Assert.Equal(0, second.Students.Sum(s => s.TeacherRows));
        Assert.All([.. first.Students, .. second.Students], s => Assert.True(s.TestAccuracy > 0.5, $"{s.Variant} {s.TestAccuracy}"));
        string report = (await silo.Client.Run(first.Id).ReportAsync()).Markdown;
        Assert.Contains("teacher 1 net", report, StringComparison.Ordinal);
        Assert.Contains("upper left", report, StringComparison.Ordinal);
        Assert.DoesNotContain("tokens", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_teacher_on_another_silo_gives_the_same_student_as_one_in_the_same_process()
    {
        await using TinySilo here = await StartAsync(o => o with { Store = "none" }), there = await StartAsync(o => o with { Store = "none" });
        await TeacherAsync(here, "net", "resnet");
        await TeacherAsync(there, "net", "resnet");
        Run local = await here.RunAsync(TinyImages.Recipe(here.Folder.Path, teachers: ["net"])), remote = await here.RunAsync(TinyImages.Recipe(here.Folder.Path, teachers: [$"net@{there.Silo.Address}"]));
        Assert.Equal(240, (await there.Client.Teachers.DescribeAsync(new DescribeTeacherRequest { Name = "net" })).RowsComputed - 60);   // and 60 for the report
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(local.Students[0].Checkpoint, "model.safetensors")),
            await File.ReadAllBytesAsync(Path.Combine(remote.Students[0].Checkpoint, "model.safetensors")));
    }

    [Fact]
    public async Task Pixels_on_the_wire_get_the_models_own_answers_and_what_is_no_such_image_is_refused()
    {
        await using TinySilo silo = await StartAsync();
        Teacher teacher = await TeacherAsync(silo, "net", "resnet");
        byte[][] images = TinyImages.Pixels(silo.Folder.Path, "test")[..5];
        SoftTargetRequest request = Ask(teacher, images);
        SoftTargetReply reply = await silo.Client.Teachers.GetAsync(request);
        float[] found = new float[5 * 4];
        RowCodec.Decode(TeacherOutput(teacher), reply.Rows[0].Span, found);

        Checkpoint checkpoint = Checkpoint.Load(teacher.Checkpoint);
        using Model model = checkpoint.Model;
        using (torch.no_grad())
        {
            using DisposeScope scope = torch.NewDisposeScope();
            InstanceView[] views = [.. images.Select(i => new InstanceView(new NamedTensor(checkpoint.Encoder.Layouts[0], i)))];
            float[] expected = model.call(model.Collate(views)).Logits.data<float>().ToArray();
            Assert.All(expected.Zip(found), p => Assert.Equal(p.First, p.Second, 0.01));   // float16 on the wire
        }

        foreach (Action<SoftTargetRequest> wrong in (Action<SoftTargetRequest>[])[
            r => r.Tensors[0].Name = "image",
            r => r.Tensors[0].Type = V1.TensorType.Float32,
            r => r.Tensors[0].Data = ByteString.CopyFrom(new byte[100]),
            r => r.Tensors[0].Shapes[0] = 3,
            r => r.Tensors[0].Rank = 0,
            r => r.Tensors[0].Shapes.Clear(),
            r => r.Tensors.Add(r.Tensors[0].Clone()),
            r => r.Lengths.Add(0),
            r =>
            {
                r.Tensors.Clear();
                r.Ids.AddRange([1, 2]);
                r.Lengths.Add(2);
            }])
        {
            SoftTargetRequest changed = Ask(teacher, images);
            wrong(changed);
            RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await silo.Client.Teachers.GetAsync(changed));
            Assert.Equal("KD1310", refused.ToKd("silo").Code);
        }

        request.Tokenizer = new string('0', 64);
        Assert.Equal("KD1304", (await Assert.ThrowsAsync<RpcException>(async () => await silo.Client.Teachers.GetAsync(request))).ToKd("silo").Code);
    }

    [Fact]
    public async Task Teachers_of_other_inputs_are_refused_before_anything_starts()
    {
        await using TinySilo silo = await StartAsync();
        await silo.TeacherAsync("text");
        await TeacherAsync(silo, "net", "mlp");
        string small = Path.Combine(silo.Folder.Path, "small");
        Directory.CreateDirectory(small);
        await File.WriteAllBytesAsync(TinyImages.File(small, "train"), [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 8, 0, 0, 0, 8, .. new byte[127], 1]);
        await File.WriteAllBytesAsync(TinyImages.File(small, "train").Replace("images-idx3", "labels-idx1", StringComparison.Ordinal), [0, 0, 8, 1, 0, 0, 0, 2, 0, 1]);

        KdException texts = await RefusedAsync(TinyImages.Recipe(silo.Folder.Path, teachers: ["text"])), images = await RefusedAsync(TinyTask.Recipe(silo.Folder.Path, teachers: ["net"]));
        KdException sizes = await RefusedAsync(TinyImages.Recipe(small, teachers: ["net"], change: r =>
        {
            r["data"] = new JsonObject { ["train"] = TinyImages.File(small, "train"), ["validation"] = TinyImages.File(silo.Folder.Path, "validation"), ["labels"] = r["data"]!["labels"]!.DeepClone() };
        }));
        Assert.Contains(texts.Errors, e => e.Code == "KD1304" && e.What.Contains("it takes texts, and the data are images", StringComparison.Ordinal));
        Assert.Contains(images.Errors, e => e.Code == "KD1304" && e.What.Contains("it takes images, and the data are texts", StringComparison.Ordinal));
        Assert.Contains(sizes.Errors, e => e.Code == "KD1112");

        async Task<KdException> RefusedAsync(string recipe)
        {
            KdException error = await Assert.ThrowsAsync<KdException>(async () =>
            {
                RecipeCheck check = await silo.Client.CheckAsync(recipe, "recipe.json", CancellationToken.None);
                throw new KdException([.. check.Errors.Select(e => new KdError(e.Code, e.What, e.Where, e.Remedy))]);
            });
            return error;
        }
    }

    private static async Task<TinySilo> StartAsync(Func<Cluster.KdClusterOptions, Cluster.KdClusterOptions>? change = null)
    {
        TinySilo silo = await TinySilo.StartAsync(change: change);
        TinyImages.Write(silo.Folder.Path);
        return silo;
    }

    private static async Task<Teacher> TeacherAsync(TinySilo silo, string name, string kind)
    {
        Run run = await silo.RunAsync(TinyImages.Recipe(silo.Folder.Path, $"teacher-{name}", kind));
        return await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = name, Checkpoint = run.Students[0].Checkpoint });
    }

    private static SoftTargetRequest Ask(Teacher teacher, byte[][] images)
    {
        SoftTargetRequest request = new() { Teacher = teacher.Name, Tokenizer = teacher.Tokenizer };
        request.Kinds.Add(OutputKind.Logits);
        V1.InputTensor tensor = new() { Name = "pixels", Type = V1.TensorType.Uint8, Rank = 3, Data = ByteString.CopyFrom([.. images.SelectMany(i => i)]) };
        tensor.Shapes.AddRange([1, TinyImages.Side, TinyImages.Side]);
        request.Tensors.Add(tensor);
        return request;
    }

    private static KdCluster.SoftTargets.SoftTargetSet TeacherOutput(Teacher teacher)
    {
        V1.SoftTargetSet set = teacher.Outputs.Single(o => o.Kind == OutputKind.Logits);
        return new KdCluster.SoftTargets.SoftTargetSet(set.TeacherFingerprint, OutputNames.Logits, (KdCluster.SoftTargets.ElementType)set.Element, set.Width, set.TopK, set.LabelSpace);
    }
}
