using Grpc.Core;
using KdCluster.Client;
using KdCluster.Cluster.Security;
using KdCluster.Tests.Cli;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Security;

public class LimitTests
{
    [Fact]
    public void Rows_come_back_at_their_rate_and_no_more_than_the_burst_is_saved()
    {
        FakeTimeProvider clock = new();
        RowBudget budget = new(clock);

        Assert.Equal(TimeSpan.Zero, budget.Take(100, 10, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(5), budget.Take(50, 10, TimeSpan.Zero));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.Zero, budget.Take(50, 10, TimeSpan.Zero));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.MaxValue, budget.Take(101, 10, TimeSpan.Zero));
        Assert.Equal(TimeSpan.Zero, budget.Take(100, 10, TimeSpan.Zero));
        // Whoever waits has taken them: those behind wait for both.
        Assert.Equal(TimeSpan.FromSeconds(2), budget.Take(20, 10, TimeSpan.FromSeconds(5)));
        Assert.Equal(TimeSpan.FromSeconds(3), budget.Take(10, 10, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_token_begins_no_more_runs_than_it_may_have()
    {
        using TemporaryFolder folder = new();
        Tokens tokens = new(folder.Path);
        string few = tokens.Add("few", Role.Client, new TokenLimits { Runs = 1 });
        await using TinySilo silo = await StartAsync(folder, tokens);
        await using KdClient client = tokens.Client(silo.Silo.Address, few), other = tokens.Client(silo.Silo.Address, tokens["carl"]);
        string endless = TinyTask.Recipe(folder.Path, "endless", change: r => r["training"]!["epochs"] = 500);

        RunHandle first = await client.StartAsync(endless, id: "one");
        Assert.Equal("KD1803", (await Assert.ThrowsAsync<KdException>(() => client.StartAsync(endless, id: "two"))).Code);
        await client.StartAsync(endless, id: "one");
        RunHandle theirs = await other.StartAsync(endless, id: "three");
        await first.CancelAsync();
        await first.ResultAsync();
        RunHandle second = await client.StartAsync(endless, id: "two");
        Assert.Equal("KD1803", (await Assert.ThrowsAsync<KdException>(() => first.ResumeAsync())).Code);
        await second.CancelAsync();
        await theirs.CancelAsync();
        await second.ResultAsync();
        await theirs.ResultAsync();
    }

    [Fact]
    public async Task A_token_asks_for_no_more_rows_and_sends_no_larger_messages_than_it_may()
    {
        using TemporaryFolder folder = new();
        Tokens tokens = new(folder.Path);
        string slow = tokens.Add("slow", Role.Client, new TokenLimits { RowsPerSecond = 2, MessageBytes = 1000 });
        await using TinySilo silo = await StartAsync(folder, tokens);
        await using KdClient op = tokens.Client(silo.Silo.Address, tokens["op"]), client = tokens.Client(silo.Silo.Address, slow);
        Run run = await (await op.StartAsync(TinyTask.Recipe(folder.Path, "teacher"))).ResultAsync();
        Teacher teacher = await op.Teachers.DeployAsync(new DeployTeacherRequest { Name = "bag", Checkpoint = run.Students[0].Checkpoint });

        await client.Teachers.GetAsync(Ask(teacher, 20));
        Assert.Equal((StatusCode.ResourceExhausted, "KD1803"), await RefusedAsync(async () => await client.Teachers.GetAsync(Ask(teacher, 10))));
        Assert.Equal((StatusCode.ResourceExhausted, "KD1803"), await RefusedAsync(async () => await client.Teachers.GetAsync(Ask(teacher, 21))));
        Assert.Equal((StatusCode.ResourceExhausted, "KD1803"), await RefusedAsync(async () => await client.Teachers.DescribeAsync(new DescribeTeacherRequest { Name = new string('x', 1000) })));
        using AsyncDuplexStreamingCall<SoftTargetRequest, SoftTargetChunk> stream = client.Teachers.Stream();
        await stream.RequestStream.WriteAsync(Ask(teacher, 2));
        Assert.True(await stream.ResponseStream.MoveNext());
        Assert.Null(stream.ResponseStream.Current.Error);
        await stream.RequestStream.WriteAsync(Ask(teacher, 21));
        Assert.Equal((StatusCode.ResourceExhausted, "KD1803"), await RefusedAsync(() => stream.ResponseStream.MoveNext()));
    }

    private static Task<TinySilo> StartAsync(TemporaryFolder folder, Tokens tokens) =>
        TinySilo.StartAsync(folder, o => o with { Security = new() { Tokens = tokens.File, DataRoots = [folder.Path] } });

    private static async Task<(StatusCode, string)> RefusedAsync(Func<Task> call)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(call);
        return (refused.StatusCode, refused.ToKd("silo").Code);
    }

    private static SoftTargetRequest Ask(Teacher teacher, int rows)
    {
        SoftTargetRequest request = new() { Teacher = teacher.Name, Tokenizer = teacher.Tokenizer };
        request.Kinds.Add(OutputKind.Logits);
        for (int i = 0; i < rows; i++)
        {
            request.Lengths.Add(2);
            request.Ids.AddRange([2, 4]);
        }

        return request;
    }
}
