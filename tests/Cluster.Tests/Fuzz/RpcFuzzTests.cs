using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using KdCluster.Client;
using KdCluster.Tests.Security;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Fuzz;

/// <summary>Messages that are none, and messages that make no sense, to every method of a running silo.</summary>
[Collection("fuzz")]
public class RpcFuzzTests
{
    private static readonly Marshaller<byte[]> Bytes = new(b => b, b => b);

    [Fact]
    public async Task Every_method_takes_or_refuses_whatever_is_sent()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Teacher teacher = await silo.TeacherAsync("bag");
        using GrpcChannel channel = GrpcChannel.ForAddress(silo.Silo.Address);
        CallInvoker invoker = channel.CreateCallInvoker();
        string[] words =
        [
            "bag", teacher.Tokenizer, teacher.Checkpoint, .. teacher.Outputs.Select(o => o.TeacherFingerprint), teacher.Store, "cpu", "cuda:99", "", "..", "../x", "a/b", "\0", "input_ids",
            "text", "INT64", "BYTES", "FP32", "logits", "1", "/dev/zero", "/", TinyTask.Recipe(silo.Folder.Path, "a")[..60], "{}", "nobody",
        ];
        // A silo that drains answers as it should, and so no more tells what it would have answered.
        MethodDescriptor[] methods = [.. RpcMatrixTests.Methods.Where(m => m.Name != "Drain")];
        await new FuzzRun("calls").RunAsync(600, 30_000, async random =>
        {
            MethodDescriptor method = methods[random.Next(methods.Length)];
            byte[] message = random.Next(5) switch
            {
                0 => new Mutator(random).Some(random.Next(200)),
                1 => new Mutator(random).Mutate(new RandomMessage(random, words).Of(method.InputType)),
                _ => new RandomMessage(random, words).Of(method.InputType),
            };
            return await CallAsync(invoker, method, message);
        });
        V1.Silo alive = await silo.Client.Cluster.DescribeAsync(new DescribeSiloRequest());
        Assert.Equal(Environment.ProcessId, alive.ProcessId);
        Assert.Contains("bag", (await silo.Client.Teachers.ListAsync(new ListTeachersRequest())).Teachers.Select(t => t.Name).Append(await RedeployedAsync(silo, teacher)));
    }

    // Undeploy and Deploy were among the calls.
    private static async Task<string> RedeployedAsync(TinySilo silo, Teacher teacher) =>
        (await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "bag", Checkpoint = teacher.Checkpoint })).Name;

    private static async Task<string> CallAsync(CallInvoker invoker, MethodDescriptor method, byte[] message)
    {
        MethodType type = method.IsClientStreaming ? MethodType.DuplexStreaming : method.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary;
        Method<byte[], byte[]> raw = new(type, method.Service.FullName, method.Name, Bytes, Bytes);
        CallOptions options = new(deadline: DateTime.UtcNow.AddSeconds(40));
        try
        {
            switch (type)
            {
                case MethodType.Unary:
                    await invoker.AsyncUnaryCall(raw, null, options, message);
                    break;
                case MethodType.ServerStreaming:
                    using (AsyncServerStreamingCall<byte[]> call = invoker.AsyncServerStreamingCall(raw, null, options, message))
                    {
                        await call.ResponseStream.MoveNext(CancellationToken.None);
                    }

                    break;
                default:
                    using (AsyncDuplexStreamingCall<byte[], byte[]> call = invoker.AsyncDuplexStreamingCall(raw, null, options))
                    {
                        await call.RequestStream.WriteAsync(message);
                        await call.RequestStream.CompleteAsync();
                        while (await call.ResponseStream.MoveNext(CancellationToken.None))
                        {
                        }
                    }

                    break;
            }

            return "answered";
        }
        catch (RpcException e)
        {
            string code = e.ToKd("silo").Code;
            Assert.True(e.StatusCode is not (StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Unavailable), $"{method.FullName}: {e.Status} {e.Status.DebugException}");
            Assert.True(code != "KD1599", $"{method.FullName}: {e.ToKd("silo").Message} {Convert.ToBase64String(message)}");
            return code == "KD1601" ? e.StatusCode.ToString() : code;
        }
    }
}
