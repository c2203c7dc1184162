using System.Text.Json;
using KdCluster.Client;
using KdCluster.Cluster.Runs;
using KdCluster.Cluster.Storage;
using KdCluster.Runs;
using KdCluster.Tests.Support;
using Orleans.Runtime;

namespace KdCluster.Tests.Fuzz;

/// <summary>Files of grains' state whose bytes were damaged: what was written, or an error that names the file.</summary>
[Collection("fuzz")]
public class StateFuzzTests
{
    [Fact]
    public async Task State_of_a_run()
    {
        using TemporaryFolder folder = new();
        FileGrainStorage storage = new(folder.Path);
        GrainId id = GrainId.Create("run", "mine");
        RunRecord record = new() { Recipe = TinyTask.Recipe("/data"), Attempt = 3, Status = new RunStatus { Id = "mine", Name = "n", Owner = "carl", Teachers = ["a"], Students = [new StudentStatus { Variant = "uniform", Seed = 1, Loss = double.NaN }] } };
        await storage.WriteStateAsync("run", id, new Kept { State = record });
        string file = Assert.Single(Directory.GetFiles(folder.Path, "*.json", SearchOption.AllDirectories));
        byte[] whole = await File.ReadAllBytesAsync(file);
        string expected = Text(record);

        // Each byte once, then several at a time.
        await new FuzzRun("state files").RunAsync(300, 20_000, async random =>
        {
            byte[] bytes = [.. whole];
            if (random.Next(2) == 0)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }
            else
            {
                bytes = new Mutator(random).Mutate(whole);
            }

            await File.WriteAllBytesAsync(file, bytes);
            Kept read = new();
            try
            {
                await storage.ReadStateAsync("run", id, read);
                Assert.Equal(expected, Text(read.State!));
                return "whole";
            }
            catch (KdException e)
            {
                Assert.Equal(("KD1603", file), (e.Code, e.Errors[0].Where));
                // Nothing is written over what someone may still mend.
                await Assert.ThrowsAsync<KdException>(() => storage.WriteStateAsync("run", id, new Kept { State = record }));
                return e.Code;
            }
        });
    }

    [Fact]
    public async Task A_silo_says_which_run_cannot_be_read_and_goes_on_with_the_others()
    {
        using TemporaryFolder folder = new();
        await using (TinySilo before = await TinySilo.StartAsync(folder))
        {
            await before.RunAsync(TinyTask.Recipe(folder.Path), "good");
            await before.RunAsync(TinyTask.Recipe(folder.Path), "bad");
        }

        string state = Directory.GetFiles(Path.Combine(folder.File("home"), "grains", "run", "bad.state")).MaxBy(f => int.Parse(Path.GetFileNameWithoutExtension(f), null))!;
        byte[] bytes = await File.ReadAllBytesAsync(state);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(state, bytes);

        await using TinySilo silo = await TinySilo.StartAsync(folder);
        Assert.Equal("good", Assert.Single((await silo.Client.Runs.ListAsync(new V1.ListRunsRequest())).Runs).Id);
        Grpc.Core.RpcException refused = await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await silo.Client.Runs.GetAsync(new V1.RunId { Id = "bad" }));
        Assert.Equal(("KD1603", state), (refused.ToKd("silo").Code, refused.ToKd("silo").Errors[0].Where));
        Assert.Equal(V1.RunState.Succeeded, (await silo.RunAsync(TinyTask.Recipe(folder.Path), "third")).State);
    }

    private static string Text(RunRecord record) => JsonSerializer.Serialize(record, new JsonSerializerOptions { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals });

    private sealed class Kept : IGrainState<RunRecord>
    {
        [System.Diagnostics.CodeAnalysis.AllowNull]
        public RunRecord State { get; set; } = new();

        [System.Diagnostics.CodeAnalysis.AllowNull]
        public string ETag { get; set; } = "";

        public bool RecordExists { get; set; }
    }
}
