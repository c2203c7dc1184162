using Grpc.Core;
using KdCluster.Client;
using KdCluster.Client.Connections;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Services;

public class StoppingTests
{
    [Fact]
    public async Task A_silo_that_stops_answers_what_was_asked_and_ends_its_streams_without_waiting_for_their_callers()
    {
        TinySilo silo = await TinySilo.StartAsync();
        Teacher teacher = await silo.TeacherAsync("bag");
        RunHandle handle = await silo.Client.StartAsync(TinyTask.Recipe(silo.Folder.Path, change: r => r["training"]!["epochs"] = 5000));
        // The stubs of a client of its own: a handle's watch would go on at the next address, and the silo's own client ends with it.
        await using KdClient caller = new(silo.Silo.Address);
        using AsyncServerStreamingCall<Run> watch = caller.Runs.Watch(new RunId { Id = handle.Id });
        using AsyncDuplexStreamingCall<SoftTargetRequest, SoftTargetChunk> stream = caller.Teachers.Stream();
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        await stream.RequestStream.WriteAsync(new SoftTargetRequest { Id = 7, Teacher = "bag", Tokenizer = teacher.Tokenizer, Kinds = { OutputKind.Logits }, Ids = { 2, 3 }, Lengths = { 2 } });
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal((7UL, null), (stream.ResponseStream.Current.Id, stream.ResponseStream.Current.Error));

        Task stopping = silo.DisposeAsync().AsTask();
        // Neither caller has ended its stream or gone away. Whether its end or that of the connection comes first, a client goes on elsewhere.
        await EndsAsync(watch.ResponseStream);
        await EndsAsync(stream.ResponseStream);
        await stopping;
    }

    [Fact]
    public async Task A_silo_that_stops_says_first_that_it_leaves_and_a_caller_that_goes_is_not_cut_off()
    {
        TinySilo silo = await TinySilo.StartAsync();
        Teacher teacher = await silo.TeacherAsync("bag");
        await using KdClient caller = new(silo.Silo.Address);
        using AsyncDuplexStreamingCall<SoftTargetRequest, SoftTargetChunk> stream = caller.Teachers.Stream();
        // One report at the beginning, and the next in an hour.
        await stream.RequestStream.WriteAsync(new SoftTargetRequest { Teacher = "bag", Tokenizer = teacher.Tokenizer, ReportEvery = 3_600_000 });
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.True(stream.ResponseStream.Current is { Report: true, Leaving: false });

        Task stopping = silo.DisposeAsync().AsTask();
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.True(stream.ResponseStream.Current is { Report: true, Leaving: true });
        await stream.RequestStream.CompleteAsync();
        Assert.False(await stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.OK, stream.GetStatus().StatusCode);
        await stopping;
    }

    [Fact]
    public async Task A_caller_who_asks_much_and_reads_nothing_holds_no_silo()
    {
        TinySilo silo = await TinySilo.StartAsync();
        Teacher teacher = await silo.TeacherAsync("bag");
        await using KdClient caller = new(silo.Silo.Address);
        using AsyncDuplexStreamingCall<SoftTargetRequest, SoftTargetChunk> stream = caller.Teachers.Stream();
        SoftTargetRequest request = new() { Teacher = "bag", Tokenizer = teacher.Tokenizer, Kinds = { OutputKind.Logits, OutputKind.Embedding } };
        request.Lengths.AddRange(Enumerable.Repeat(2, 4096));
        request.Ids.AddRange(Enumerable.Repeat(3, 2 * 4096));
        for (ulong id = 1; id <= 30; id++)
        {
            request.Id = id;
            await stream.RequestStream.WriteAsync(request);
        }

        // It has begun to answer: more than a caller who reads nothing has room for.
        await stream.ResponseHeadersAsync;

        // Well within the host's 30 s, of which checkpoints and what follows need their part.
        await silo.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        // Once more is harmless.
        await silo.Silo.DisposeAsync();
    }

    private static async Task EndsAsync<T>(IAsyncStreamReader<T> stream)
    {
        try
        {
            while (await stream.MoveNext(CancellationToken.None))
            {
                Assert.NotNull(stream.Current);
            }
        }
        catch (RpcException e)
        {
            Assert.True(Faults.IsTransport(e), e.ToString());
        }
    }
}
