using System.Text;
using Google.Protobuf;
using Grpc.Core;
using KdCluster.Cluster.Inference;
using KdCluster.Instances;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Fuzz;
using KdCluster.Tests.Support;
using KdCluster.Wire.Inference;
using Microsoft.AspNetCore.Builder;

namespace KdCluster.Tests.Inference;

/// <summary>An inference server that goes away and comes back, or does not.</summary>
public class InferenceRetryTests
{
    private static readonly int[][] s_rows = [[2, 5, 9]];

    // The deadlines of gRPC are those of the machine's clock.
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task What_a_server_that_is_away_leaves_unanswered_is_asked_again_when_it_is_back()
    {
        await using WebApplication server = await TestServer.StartAsync(new Absent(away: 3));
        await using InferenceTeacherClient client = await ConnectAsync(server);

        Task<IReadOnlyList<byte[]>> rows = AskAsync(client);
        TimeSpan waited = await PassAsync(rows);

        float[] values = new float[3];
        RowCodec.Decode(client.Description.Output(OutputNames.Logits).Set(), (await rows)[0], values);
        Assert.Equal([0, 1, 2], values);
        Assert.True(waited >= TimeSpan.FromSeconds(0.1 + 0.2 + 0.4), $"asked three times again within {waited}");
    }

    [Fact]
    public async Task A_server_that_stays_away_is_asked_for_half_a_minute()
    {
        Absent absent = new(away: int.MaxValue);
        await using WebApplication server = await TestServer.StartAsync(absent);
        await using InferenceTeacherClient client = await ConnectAsync(server);

        Task<IReadOnlyList<byte[]>> rows = AskAsync(client);
        TimeSpan waited = await PassAsync(rows);

        KdException told = await Assert.ThrowsAsync<KdException>(() => rows);
        Assert.Equal("KD1306", told.Code);
        Assert.Contains("gone for lunch", told.Message, StringComparison.Ordinal);
        Assert.True(waited > TimeSpan.FromSeconds(30), $"given up after {waited}");
    }

    [Fact]
    public async Task A_server_that_refuses_is_asked_once()
    {
        Absent refusing = new(away: int.MaxValue, StatusCode.InvalidArgument);
        await using WebApplication server = await TestServer.StartAsync(refusing);
        await using InferenceTeacherClient client = await ConnectAsync(server);

        Assert.Equal("KD1344", (await Assert.ThrowsAsync<KdException>(() => AskAsync(client))).Code);
        Assert.Equal(1, refusing.Asked);
    }

    private static Task<IReadOnlyList<byte[]>> AskAsync(InferenceTeacherClient client) => client.GetAsync(
        new TeacherRequest { Tokenizer = client.Description.Tokenizer, StoreAsked = "", Outputs = [OutputNames.Logits], Inputs = InstanceView.OfTokens(s_rows), Keys = Fingerprints.Instances(s_rows) }, CancellationToken.None);

    private Task<InferenceTeacherClient> ConnectAsync(WebApplication server) => InferenceTeacherClient.ConnectAsync(
        new TeacherRef { Name = "theirs", Endpoint = server.Urls.First().Replace("http", "oip", StringComparison.Ordinal) }, _time, CancellationToken.None);

    /// <summary>Lets time pass until the work is done.</summary>
    private async Task<TimeSpan> PassAsync(Task work)
    {
        long start = _time.GetTimestamp();
        using PeriodicTimer looks = new(TimeSpan.FromMilliseconds(5));
        while (!work.IsCompleted && await looks.WaitForNextTickAsync())
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
        }

        return _time.GetElapsedTime(start);
    }

    private sealed class Absent(int away, StatusCode status = StatusCode.Unavailable) : GRPCInferenceService.GRPCInferenceServiceBase
    {
        private static readonly string s_tokenizer = Encoding.UTF8.GetString(
            WordTokenizer.Build([.. Enumerable.Range(0, 40).Select(i => new Learning.Data.TextRow($"word{i % 10} other{i % 7}", null, i % 3))], 100, 16).ToBytes());

        private int _asked;

        public int Asked => _asked;

        public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context) => Task.FromResult(new ModelReadyResponse { Ready = true });

        public override Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context) => Task.FromResult(new ModelMetadataResponse
        {
            Name = "theirs",
            Versions = { "1" },
            Inputs = { new ModelMetadataResponse.Types.TensorMetadata { Name = "input_ids", Datatype = "INT64", Shape = { -1, -1 } } },
            Outputs = { new ModelMetadataResponse.Types.TensorMetadata { Name = "logits", Datatype = "FP32", Shape = { -1, 3 } } },
            Properties = { ["kdcluster.labels"] = "[\"a\",\"b\",\"c\"]", ["kdcluster.tokenizer_json"] = s_tokenizer, ["kdcluster.fingerprint"] = new string('a', 64) },
        });

        public override Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context) => Interlocked.Increment(ref _asked) <= away
            ? throw new RpcException(new Status(status, "gone for lunch"))
            : Task.FromResult(new ModelInferResponse
            {
                ModelName = request.ModelName,
                ModelVersion = request.ModelVersion,
                Outputs = { new ModelInferResponse.Types.InferOutputTensor { Name = "logits", Datatype = "FP32", Shape = { 1, 3 } } },
                RawOutputContents = { ByteString.CopyFrom([.. new float[] { 0, 1, 2 }.SelectMany(BitConverter.GetBytes)]) },
            });
    }
}
