using Grpc.Core;
using KdCluster.Client;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using KdCluster.Tests.Support;
using KdCluster.V1;
using TorchSharp;
using OutputKind = KdCluster.V1.OutputKind;

namespace KdCluster.Tests.Teachers;

public class TeacherServiceTests
{
    [Fact]
    public async Task Unary_and_stream_give_the_same_rows_whoever_asks_alone_or_in_a_crowd()
    {
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { Store = "none" });
        Teacher teacher = await silo.TeacherAsync("bag");
        int[][] inputs = [.. Enumerable.Range(0, 100).Select(i => Enumerable.Range(0, 1 + (i % 15)).Select(j => (i * 7 + j * 13) % 50).ToArray())];
        SoftTargetReply all = await silo.Client.Teachers.GetAsync(Ask(teacher, inputs));

        using AsyncDuplexStreamingCall<SoftTargetRequest, SoftTargetChunk> stream = silo.Client.Teachers.Stream();
        for (int i = 0; i < inputs.Length; i++)
        {
            SoftTargetRequest one = Ask(teacher, [inputs[i]]);
            one.Id = (ulong)i;
            await stream.RequestStream.WriteAsync(one);
        }

        await stream.RequestStream.CompleteAsync();
        Dictionary<ulong, List<SoftTargetChunk>> replies = [];
        await foreach (SoftTargetChunk chunk in stream.ResponseStream.ReadAllAsync())
        {
            Assert.Null(chunk.Error);
            replies.TryAdd(chunk.Id, []);
            replies[chunk.Id].Add(chunk);
        }

        Assert.Equal(inputs.Length, replies.Count);
        for (int kind = 0; kind < 2; kind++)
        {
            int size = all.Rows[kind].Length / inputs.Length;
            for (int i = 0; i < inputs.Length; i++)
            {
                byte[] alone = [.. replies[(ulong)i].Where(c => c.KindIndex == kind).OrderBy(c => c.Offset).SelectMany(c => c.Rows.ToByteArray())];
                Assert.Equal(all.Rows[kind].Span.Slice(i * size, size).ToArray(), alone);
            }
        }
    }

    /// <summary>Against the model itself, padded by hand; and again from what the silo has kept.</summary>
    [Fact]
    public async Task What_the_layers_say_is_served_by_name_and_kept_for_every_length()
    {
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { TeacherRows = 8 });
        Teacher teacher = await silo.TeacherAsync("layers", "transformer");
        Assert.Equal(["logits", "embedding", "hidden.0", "hidden.1", "attention.1"], teacher.NamedOutputs.Select(o => o.Name));
        // A client that knows no names sees what it always saw.
        Assert.Equal([OutputKind.Logits, OutputKind.Embedding], teacher.Outputs.Select(o => o.Kind));
        Output hidden = teacher.NamedOutputs.Single(o => o.Name == "hidden.1");
        Assert.Equal([-1, 16], hidden.Shape);
        int[][] inputs = [.. Enumerable.Range(0, 12).Select(i => Enumerable.Range(1, 1 + (i % 7)).ToArray())];
        SoftTargetRequest request = Ask(teacher, inputs);
        request.Kinds.Clear();
        request.Outputs.AddRange(["hidden.1", "attention.1"]);

        SoftTargetReply computed = await silo.Client.Teachers.GetAsync(request);
        long rows = (await silo.Client.Teachers.DescribeAsync(new DescribeTeacherRequest { Name = "layers" })).RowsComputed;
        SoftTargetReply kept = await silo.Client.Teachers.GetAsync(request);

        Assert.Equal(computed.Rows, kept.Rows);
        Assert.Equal(rows, (await silo.Client.Teachers.DescribeAsync(new DescribeTeacherRequest { Name = "layers" })).RowsComputed);
        Checkpoint checkpoint = Checkpoint.Load(teacher.Checkpoint);
        using Model model = checkpoint.Model;
        model.eval();
        using IDisposable off = torch.no_grad();
        (int states, int scores) = (0, 0);
        foreach (int[] input in inputs)
        {
            IReadOnlyDictionary<string, torch.Tensor> said = model.Compute(TokenBatch.Collate([input], input.Length), ["hidden.1", "attention.1"]);
            Near(said["hidden.1"], computed.Rows[0], ref states);
            Near(said["attention.1"], computed.Rows[1], ref scores);
        }

        Assert.Equal((computed.Rows[0].Length, computed.Rows[1].Length), (states, scores));
        request.Outputs[0] = "hidden.2";
        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await silo.Client.Teachers.GetAsync(request));
        Assert.Equal("KD1305", refused.ToKd("silo").Code);
        Assert.Contains("attention.1", refused.ToKd("silo").Message, StringComparison.Ordinal);

        // binary16 keeps 11 bits.
        static void Near(torch.Tensor expected, Google.Protobuf.ByteString rows, ref int at)
        {
            foreach (float value in expected.contiguous().data<float>().ToArray())
            {
                Assert.Equal(value, (float)System.Buffers.Binary.BinaryPrimitives.ReadHalfLittleEndian(rows.Span[at..]), Math.Max(1e-4, Math.Abs(value) / 1000));
                at += 2;
            }
        }
    }

    [Fact]
    public async Task A_teacher_may_keep_the_largest_logits_alone_and_is_another_version_then()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Teacher full = await silo.TeacherAsync("bag");
        int[][] inputs = [[3, 4, 5], [6]];
        SoftTargetReply all = await silo.Client.Teachers.GetAsync(Ask(full, inputs));

        Teacher top = await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "bag", Checkpoint = full.Checkpoint, Element = V1.ElementType.TopK, TopK = 2 });
        SoftTargetRequest request = Ask(top, inputs);
        (request.Element, request.TopK) = (V1.ElementType.TopK, 2);
        SoftTargetReply largest = await silo.Client.Teachers.GetAsync(request);

        float[] logits = new float[inputs.Length * TinyTask.Classes];
        SoftTargets.RowCodec.Decode(Set(full.NamedOutputs[0]), all.Rows[0].Span, logits);
        for (int i = 0; i < inputs.Length; i++)
        {
            int[] classes = new int[2];
            float[] values = new float[2];
            float left = SoftTargets.TopKCodec.Read(largest.Rows[0].Span.Slice(i * 16, 16), classes, values);
            float[] row = logits[(i * TinyTask.Classes)..((i + 1) * TinyTask.Classes)];
            Assert.Equal(row.Index().OrderByDescending(x => x.Item).Take(2).Select(x => (x.Index, x.Item)), classes.Zip(values));
            Assert.Equal(Math.Exp(row.Min()) / row.Sum(x => Math.Exp(x)), left, 1e-3);
        }

        Assert.Equal(all.Rows[1], largest.Rows[1]);   // of the embedding nothing is left out
        request.TopK = 1;
        Assert.Equal("KD1312", (await Assert.ThrowsAsync<RpcException>(async () => await silo.Client.Teachers.GetAsync(request))).ToKd("silo").Code);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await silo.Client.Teachers.DeployAsync(
            new DeployTeacherRequest { Name = "bag", Checkpoint = full.Checkpoint, Element = V1.ElementType.TopK, TopK = TinyTask.Classes }));
        Assert.Equal("KD1324", refused.ToKd("silo").Code);

        static SoftTargets.SoftTargetSet Set(Output o) => new(o.TeacherFingerprint, o.Name, (SoftTargets.ElementType)o.Element, o.Shape[0], o.TopK, o.LabelSpace);
    }

    [Theory]
    [InlineData("cuda:0")]
    [InlineData("abacus")]
    public async Task A_device_that_no_silo_has_is_refused_at_once(string device)
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Run run = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, "teacher"));

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => silo.Client.Teachers.DeployAsync(
            new DeployTeacherRequest { Name = "bag", Checkpoint = run.Students[0].Checkpoint, Device = device }, deadline: DateTime.UtcNow.AddSeconds(10)).ResponseAsync);

        Assert.Equal("KD1206", refused.ToKd("silo").Code);
    }

    [Theory]
    [InlineData("tokenizer", "KD1304", StatusCode.FailedPrecondition)]
    [InlineData("teacher", "KD1308", StatusCode.NotFound)]
    [InlineData("fingerprint", "KD1312", StatusCode.FailedPrecondition)]
    [InlineData("empty", "KD1310", StatusCode.InvalidArgument)]
    [InlineData("long", "KD1310", StatusCode.InvalidArgument)]
    [InlineData("id", "KD1310", StatusCode.InvalidArgument)]
    [InlineData("lengths", "KD1310", StatusCode.InvalidArgument)]
    public async Task A_request_that_does_not_fit_is_refused_with_its_code(string wrong, string code, StatusCode status)
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Teacher teacher = await silo.TeacherAsync("bag");
        SoftTargetRequest request = Ask(teacher, wrong switch
        {
            "empty" => [[3], []],
            "long" => [[3], new int[17]],
            "id" => [[3], [1, 100_000]],
            _ => [[3]],
        });
        switch (wrong)
        {
            case "tokenizer": request.Tokenizer = new string('0', 64); break;
            case "teacher": request.Teacher = "nobody"; break;
            case "fingerprint": request.Fingerprints.AddRange(["a", "b"]); break;
            case "lengths": request.Lengths.Add(5); break;
        }

        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await silo.Client.Teachers.GetAsync(request));
        Assert.Equal(status, refused.StatusCode);
        Assert.Equal(code, refused.ToKd("silo").Code);
        if (code == "KD1310" && wrong != "lengths")
        {
            Assert.Contains("row 1", refused.ToKd("silo").Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_deployment_outlives_its_silo_and_a_rename_keeps_the_fingerprint()
    {
        using TemporaryFolder folder = new();
        Teacher before;
        await using (TinySilo silo = await TinySilo.StartAsync(folder))
        {
            before = await silo.TeacherAsync("bag");
        }

        await using TinySilo again = await TinySilo.StartAsync(folder);
        Teacher after = Assert.Single((await again.Client.Teachers.ListAsync(new ListTeachersRequest())).Teachers);
        Teacher renamed = await again.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "other", Checkpoint = before.Checkpoint });

        Assert.Equal(before.Outputs, after.Outputs);
        Assert.Equal(before.Outputs, renamed.Outputs);
        Assert.True((await again.Client.Teachers.UndeployAsync(new DescribeTeacherRequest { Name = "bag" })).Existed);
        Assert.Equal("other", Assert.Single((await again.Client.Teachers.ListAsync(new ListTeachersRequest())).Teachers).Name);
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_used_leaves_the_deployed_one_in_place()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Teacher teacher = await silo.TeacherAsync("bag");

        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "bag", Checkpoint = silo.Folder.File("nowhere") }));

        Assert.Equal("KD1202", refused.ToKd("silo").Code);
        Assert.Equal(teacher.Outputs, (await silo.Client.Teachers.DescribeAsync(new DescribeTeacherRequest { Name = "bag" })).Outputs);
    }

    private static SoftTargetRequest Ask(Teacher teacher, int[][] inputs)
    {
        SoftTargetRequest request = new() { Teacher = teacher.Name, Tokenizer = teacher.Tokenizer };
        request.Kinds.AddRange([OutputKind.Logits, OutputKind.Embedding]);
        foreach (int[] input in inputs)
        {
            request.Lengths.Add(input.Length);
            request.Ids.AddRange(input);
        }

        return request;
    }
}
