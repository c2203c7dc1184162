using System.Text.Json;
using KdCluster.SoftTargets;
using KdCluster.Tests.Support;
using KdCluster.V1;
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
        SoftTargets.SoftTargetSet set = new("", SoftTargets.OutputKind.Logits, SoftTargets.ElementType.Float16, TinyTask.Classes, 0, "");
        RowCodec.Decode(set, ours.Rows[0].Span, expected);
        Assert.Equal(expected, Numbers(theirs.GetProperty("logits")));
        Assert.Equal(expected.Length, Numbers(theirs.GetProperty("spoken")).Length);
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
