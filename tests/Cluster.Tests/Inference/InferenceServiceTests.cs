using System.Text.Json;
using Grpc.Core;
using KdCluster.Client;
using KdCluster.SoftTargets;
using KdCluster.Tests.Support;
using KdCluster.V1;
using KdCluster.Wire.Inference;
using OutputKind = KdCluster.V1.OutputKind;

namespace KdCluster.Tests.Inference;

/// <summary>Other people's clients: Python's gRPC, with stubs of its own.</summary>
public class InferenceServiceTests
{
    [PythonGrpcFact]
    public async Task A_client_of_the_open_inference_protocol_gets_a_teachers_soft_targets()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Teacher teacher = await silo.TeacherAsync("bag");
        SoftTargetRequest ask = new() { Teacher = "bag", Tokenizer = teacher.Tokenizer, Kinds = { OutputKind.Logits } };
        foreach (int[] row in (int[][])[[2, 5, 9], [2, 7], [2, 11, 4, 6, 8]])
        {
            ask.Lengths.Add(row.Length);
            ask.Ids.AddRange(row);
        }

        SoftTargetReply ours = await silo.Client.Teachers.GetAsync(ask);
        await using PythonScript python = await PythonScript.StartAsync("client.py", [new Uri(silo.Silo.Address).Authority, "bag", $"{TinyTask.Classes}"]);
        JsonElement theirs = JsonDocument.Parse(await python.ReadLineAsync()).RootElement;
        await python.AssertEndsWellAsync();

        float[] expected = new float[3 * TinyTask.Classes];
        SoftTargets.SoftTargetSet set = new("", SoftTargets.OutputNames.Logits, SoftTargets.ElementType.Float16, TinyTask.Classes, 0, "");
        RowCodec.Decode(set, ours.Rows[0].Span, expected);
        Assert.Equal(expected, Numbers(theirs.GetProperty("logits")));
        Assert.Equal(expected.Length, Numbers(theirs.GetProperty("spoken")).Length);
    }

    [Fact]
    public async Task A_teacher_that_is_replaced_answers_as_its_new_version()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        GRPCInferenceService.GRPCInferenceServiceClient client = new(silo.Client.Invoker);
        ModelInferRequest ask = new()
        {
            ModelName = "bag",
            Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "input_ids", Datatype = "INT32", Shape = { 1, 2 }, Contents = new InferTensorContents { IntContents = { 2, 5 } } } },
        };
        await silo.TeacherAsync("bag");
        ModelInferResponse before = await client.ModelInferAsync(ask);
        await silo.TeacherAsync("bag", seed: 2);
        ModelInferResponse after = await client.ModelInferAsync(ask);

        Assert.Equal(after.ModelVersion, Assert.Single((await client.ModelMetadataAsync(new ModelMetadataRequest { Name = "bag" })).Versions));
        Assert.NotEqual(before.ModelVersion, after.ModelVersion);
        Assert.NotEqual(before.Outputs[0].Contents, after.Outputs[0].Contents);
        ask.ModelVersion = before.ModelVersion;
        RpcException gone = await Assert.ThrowsAsync<RpcException>(async () => await client.ModelInferAsync(ask));
        Assert.Equal("KD1342", gone.ToKd("silo").Code);
    }

    [PythonGrpcFact]
    public async Task Tools_find_the_services_by_reflection_and_see_the_silos_health()
    {
        TinySilo silo = await TinySilo.StartAsync();
        await using PythonScript python = await PythonScript.StartAsync("tools.py", [new Uri(silo.Silo.Address).Authority]);

        Assert.Equal("watching", await python.ReadLineAsync());
        await silo.DisposeAsync();
        await python.AssertEndsWellAsync();
    }

    private static float[] Numbers(JsonElement rows) => [.. rows.EnumerateArray().SelectMany(r => r.EnumerateArray()).Select(n => n.GetSingle())];
}
