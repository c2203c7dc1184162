using System.Text;
using Google.Protobuf;
using Grpc.Core;
using KdCluster.Client;
using KdCluster.Cluster.Inference;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Teachers;
using KdCluster.Cluster.Teachers.Pools;
using KdCluster.Instances;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace KdCluster.Tests.Fuzz;

/// <summary>Peers that answer a trainer with whatever could go wrong: it avoids them or says so, and learns nothing wrong from them.</summary>
[Collection("fuzz")]
public class PeerFuzzTests
{
    private static readonly int[][] s_rows = [[2, 5, 9], [2, 7], [2, 11, 4, 6], [3]];

    [Fact]
    public async Task Teachers_of_other_silos()
    {
        HostileTeacher hostile = new();
        await using WebApplication server = await TestServer.StartAsync(hostile);
        PoolOptions options = new();
        await using RemoteReplica replica = new(server.Urls.First(), "bag", "me", false, options, NullLogger.Instance, address => new KdClient(new KdClientOptions { Addresses = [address], RetryTimeout = TimeSpan.Zero }));
        TeacherDescription honest = HostileTeacher.Honest().ToDescription();
        TeacherRequest request = new() { Tokenizer = new string('7', 64), StoreAsked = "", Outputs = [OutputNames.Logits, OutputNames.Embedding], Inputs = InstanceView.OfTokens(s_rows), Keys = Fingerprints.Instances(s_rows) };
        await new FuzzRun("answers of a teacher's silo").RunAsync(300, 12_000, async random =>
        {
            hostile.Random = random;
            using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(300));
            try
            {
                ReplicaIdentity identity = await replica.DescribeAsync(TeacherVersionKey.Newest, patience.Token);
                IReadOnlyList<byte[]> rows = await replica.AskAsync(request, patience.Token);
                for (int k = 0; k < 2; k++)
                {
                    SoftTargets.SoftTargetSet set = identity.Description.Output(request.Outputs[k]).Set();
                    float[] values = new float[s_rows.Length * set.Width];
                    RowCodec.Decode(set, rows[k], values);
                    Assert.All(values, v => Assert.True(float.IsFinite(v)));
                    if (!set.Equals(honest.Output(set.Output).Set()))
                    {
                        // It says that its numbers are to be read in another way; who trusts a teacher trusts that.
                        continue;
                    }

                    Assert.All(values.Index(), v => Assert.Equal(HostileTeacher.Value(set.ToProto().Kind, v.Index / set.Width, v.Index % set.Width), v.Item));
                }

                return "answered";
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested)
            {
                // It never said that it was done, or of another request: a pool asks someone else, and gives up in the end.
                replica.Reset();
                return "unanswered";
            }
            catch (Exception e) when (e is KdException or RpcException)
            {
                Assert.NotEqual("KD1599", (e as KdException)?.Code);
                return e is KdException coded ? coded.Code : ReplicaFaults.Judge(e).ToString();
            }
        });
    }

    [Fact]
    public async Task Inference_servers()
    {
        using TemporaryFolder folder = new();
        Tokenizer tokenizer = WordTokenizer.Build([.. Enumerable.Range(0, 40).Select(i => new Learning.Data.TextRow($"word{i % 10} other{i % 7}", null, i % 3))], 100, 16);
        await File.WriteAllBytesAsync(folder.File("tokenizer.json"), tokenizer.ToBytes());
        HostileInference hostile = new(Encoding.UTF8.GetString(tokenizer.ToBytes()));
        await using WebApplication server = await TestServer.StartAsync(hostile);
        await new FuzzRun("answers of an inference server").RunAsync(200, 10_000, random => FuzzRun.CodedAsync(async () =>
        {
            hostile.Random = random;
            TeacherRef teacher = new() { Name = "theirs", Endpoint = server.Urls.First().Replace("http", "oip", StringComparison.Ordinal), Tokenizer = folder.File("tokenizer.json"), Digest = "1", Labels = ["a", "b", "c"] };
            await using InferenceTeacherClient client = await InferenceTeacherClient.ConnectAsync(teacher, TimeProvider.System, CancellationToken.None);
            TeacherRequest request = new() { Tokenizer = client.Description.Tokenizer, StoreAsked = "", Outputs = [OutputNames.Logits], Inputs = InstanceView.OfTokens(s_rows), Keys = Fingerprints.Instances(s_rows) };
            IReadOnlyList<byte[]> rows = await client.GetAsync(request, CancellationToken.None);
            float[] values = new float[s_rows.Length * 3];
            RowCodec.Decode(client.Description.Output(OutputNames.Logits).Set(), rows[0], values);
            Assert.All(values.Index(), v => Assert.Equal(HostileInference.Value(s_rows[v.Index / 3][0], v.Index % 3), v.Item));
        }));
    }

    [Fact]
    public Task The_entry_of_a_cluster_in_Redis()
    {
        byte[] whole = Encoding.UTF8.GetBytes("kdcluster 1 0123456789abcdef0123456789abcdef");
        return new FuzzRun("the cluster's entry in Redis").RunAsync(500, 20_000, random => FuzzRun.CodedAsync(() =>
        {
            string text = Encoding.UTF8.GetString(random.Next(50) == 0 ? whole : new Mutator(random).Mutate(whole));
            CompatibilityCheck.Compare(text.Split(' '), "kdcluster", "redis://h");
            return Task.CompletedTask;
        }));
    }
}
