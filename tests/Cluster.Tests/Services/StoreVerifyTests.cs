using Grpc.Core;
using KdCluster.Cli.CommandLine;
using KdCluster.Tests.Cli;
using KdCluster.Tests.Fuzz;
using KdCluster.Tests.Support;
using KdCluster.V1;
using Microsoft.AspNetCore.Builder;

namespace KdCluster.Tests.Services;

public class StoreVerifyTests
{
    [Fact]
    public async Task A_check_of_the_store_says_how_far_it_is_and_last_what_it_found()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("a");
        Run run = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, "student", teachers: ["a"]));
        Assert.Equal(RunState.Succeeded, run.State);
        long kept = (await silo.Client.Cluster.StoreStatsAsync(new StoreStatsRequest())).Sets.Sum(s => s.Rows);
        Assert.True(kept > 0);

        using AsyncServerStreamingCall<StoreVerifyProgress> call = silo.Client.Cluster.StoreVerifyWatch(new StoreVerifyRequest());
        StoreVerifyProgress[] said = await call.ResponseStream.ReadAllAsync().ToArrayAsync();

        Assert.True(said.Length > 1);
        Assert.All(said[..^1], s => Assert.Null(s.Found));
        Assert.All(said, s => Assert.Equal(kept, s.Total));
        Assert.Equal(said.Select(s => s.Read).Order(), said.Select(s => s.Read));
        Assert.Equal(new StoreVerifyReply { Rows = kept }, said[^1].Found);

        CliHarness cli = new();
        Assert.Equal(ExitCode.Ok, await cli.RunAsync("cache", "verify", "--silo", silo.Silo.Address));
        Assert.Equal($"{kept:N0} rows read, 0 damaged, 0 dropped.", cli.Output.TrimEnd());
    }

    [Theory]
    [InlineData(StatusCode.Unimplemented)]
    // With tokens a silo answers so to whatever it does not know.
    [InlineData(StatusCode.PermissionDenied)]
    public async Task A_silo_that_cannot_say_how_far_it_is_checks_its_store_all_the_same(StatusCode unknown)
    {
        await using WebApplication silo = await TestServer.StartAsync(new EarlierSilo(unknown));
        CliHarness cli = new();

        Assert.Equal(ExitCode.Failed, await cli.RunAsync("cache", "verify", "--silo", silo.Urls.Single()));
        Assert.Equal("7 rows read, 1 damaged, 0 dropped.", cli.Output.TrimEnd());
    }

    private sealed class EarlierSilo(StatusCode unknown) : ClusterService.ClusterServiceBase
    {
        public override Task StoreVerifyWatch(StoreVerifyRequest request, IServerStreamWriter<StoreVerifyProgress> responseStream, ServerCallContext context) =>
            throw new RpcException(new Status(unknown, "no such method"));

        public override Task<StoreVerifyReply> StoreVerify(StoreVerifyRequest request, ServerCallContext context) => Task.FromResult(new StoreVerifyReply { Rows = 7, Damaged = 1 });
    }
}
