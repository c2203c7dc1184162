using Grpc.Core;
using KdCluster.Tests.EndToEnd;
using KdCluster.V1;

namespace KdCluster.Tests.ManySilos;

/// <summary>The number of a teacher's replicas follows the load of a real cluster, up and down.</summary>
public sealed class AutoscaleTests
{
    [ManySilosFact]
    public async Task Replicas_come_while_rows_wait_and_go_when_they_no_longer_do()
    {
        await using SiloProcesses cluster = await SiloProcesses.StartAsync(("gateway", "trainer,gateway"), ("one", "teacher"), ("two", "teacher"), ("three", "teacher"));
        // Large enough that a few hundred rows take seconds.
        await cluster.TeacherAsync("slow", r =>
        {
            r["student"] = new System.Text.Json.Nodes.JsonObject { ["kind"] = "transformer", ["embedding"] = 256, ["hidden"] = 1024, ["layers"] = 4 };
            r["training"]!["epochs"] = 1;
            r["data"]!["maxLength"] = 64;
        });
        string said = await KdProcess.RunAsync(Path.Combine(cluster.Data, "nowhere"), "teacher", "scale", "slow", "--min", "1", "--max", "3", "--silo", cluster.Client.Address);
        Assert.Contains("between 1 and 3", said, StringComparison.Ordinal);
        Teacher teacher = await cluster.Client.Teachers.DescribeAsync(new DescribeTeacherRequest { Name = "slow" });

        List<int> wanted = [];
        using (CancellationTokenSource load = new())
        {
            Task[] askers = [.. Enumerable.Range(0, 8).Select(i => AskAsync(cluster, teacher, i, load.Token))];
            TeacherOverview busy = await cluster.TeacherAsync("slow", t => Noted(t) && t.Places.Count == 3);
            Assert.Equal(3, busy.Places.Select(p => p.Address).Distinct().Count());
            await load.CancelAsync();
            await Task.WhenAll(askers);
        }

        await cluster.TeacherAsync("slow", t => Noted(t) && t is { Replicas: 1, Places.Count: 1 });
        // One at a time, and never beyond the bounds.
        Assert.Equal([1, 2, 3, 2, 1], wanted);

        bool Noted(TeacherOverview t)
        {
            if (wanted.Count == 0 || wanted[^1] != t.Replicas)
            {
                wanted.Add(t.Replicas);
            }

            return true;
        }
    }

    /// <summary>Asks for rows of its own, again and again.</summary>
    private static async Task AskAsync(SiloProcesses cluster, Teacher teacher, int asker, CancellationToken stop)
    {
        for (int round = 0; !stop.IsCancellationRequested; round++)
        {
            SoftTargetRequest request = new() { Teacher = teacher.Name, Tokenizer = teacher.Tokenizer, Asker = $"{asker}", Kinds = { OutputKind.Logits } };
            for (int row = 0; row < 256; row++)
            {
                int[] ids = [.. Enumerable.Range(0, 64).Select(i => 4 + ((asker + round + (row * i)) % 50))];
                request.Ids.AddRange(ids);
                request.Lengths.Add(ids.Length);
            }

            try
            {
                await cluster.Client.Teachers.GetAsync(request, cancellationToken: stop);
            }
            catch (RpcException e) when (stop.IsCancellationRequested && e.StatusCode == StatusCode.Cancelled)
            {
                return;
            }
        }
    }
}
