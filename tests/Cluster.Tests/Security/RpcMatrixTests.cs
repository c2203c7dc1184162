using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;
using KdCluster.Client;
using KdCluster.Cluster.Security;
using KdCluster.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace KdCluster.Tests.Security;

/// <summary>Every method of every service, as their descriptors name them, so that a new one is here before it is anywhere else.</summary>
public class RpcMatrixTests
{
    private static readonly Marshaller<byte[]> Bytes = new(b => b, b => b);

    public static readonly IReadOnlyList<MethodDescriptor> Methods =
    [
        .. typeof(KdClient).Assembly.GetTypes()
            .Where(t => t.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(t => t.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
            .OfType<FileDescriptor>()
            .SelectMany(f => f.Services)
            .SelectMany(s => s.Methods),
    ];

    [Fact]
    public async Task Every_method_says_whom_it_is_for()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Dictionary<string, Role?> least = Least(silo);

        string[] forgotten = [.. least.Where(m => m.Value is null).Select(m => m.Key)];
        Assert.True(forgotten.Length == 0, $"Say who may call them, by [Authorize(nameof(Role.X))] on the method: {string.Join(", ", forgotten)}");
        Assert.Empty(Methods.Select(Path).Except(least.Keys));
        string[] roles = [.. least.Select(m => $"{m.Key} {Name(m.Value)}").Order(StringComparer.Ordinal)];
        ApprovedList.LosesNothing("tests/Cluster.Tests/Approved/roles.txt", roles);
        GeneratedFiles.SamePart("docs/security.md", "<!-- methods:", "<!-- end of methods -->", Table(least));
    }

    [Fact]
    public async Task Every_method_is_refused_without_a_token_with_a_wrong_one_and_with_too_weak_a_one()
    {
        using TemporaryFolder folder = new();
        Tokens tokens = new(folder.Path);
        await using TinySilo silo = await TinySilo.StartAsync(folder, o => o with { Security = new() { Tokens = tokens.File } });
        using GrpcChannel channel = GrpcChannel.ForAddress(silo.Silo.Address);
        CallInvoker invoker = channel.CreateCallInvoker();
        Dictionary<Role, string> holders = new() { [Role.Observer] = tokens["olga"], [Role.Client] = tokens["carl"], [Role.Operator] = tokens["op"] };
        string revoked = TokenText.Create("gone").Token, forged = tokens["op"][..^4] + "AAAA", plain = "Basic b3A6b3A=";
        Dictionary<string, Role?> roles = Least(silo);
        foreach (MethodDescriptor method in Methods)
        {
            Role least = roles[Path(method)]!.Value;
            if (least == Role.None)
            {
                Assert.NotEqual(StatusCode.Unauthenticated, (await CallAsync(invoker, method, null)).Status);
                continue;
            }

            foreach (string? wrong in new[] { null, "Bearer", "Bearer ", $"Bearer {revoked}", $"Bearer {forged}", plain, new string('x', 8000) })
            {
                Assert.Equal((method.FullName, StatusCode.Unauthenticated, "KD1801"), await NamedAsync(wrong));
            }

            foreach ((Role role, string token) in holders)
            {
                (string name, StatusCode status, string code) = await NamedAsync($"Bearer {token}");
                Assert.Equal((name, role < least), (method.FullName, status == StatusCode.PermissionDenied && code == "KD1802"));
                Assert.NotEqual(StatusCode.Unauthenticated, status);
            }

            async Task<(string, StatusCode, string)> NamedAsync(string? authorization)
            {
                (StatusCode status, string code) = await CallAsync(invoker, method, authorization);
                return (method.FullName, status, code);
            }
        }
    }

    [Fact]
    public async Task A_run_is_changed_by_whoever_started_it_and_by_operators_alone()
    {
        using TemporaryFolder folder = new();
        Tokens tokens = new(folder.Path);
        tokens.Add("cleo", Role.Client);
        await using TinySilo silo = await TinySilo.StartAsync(folder, o => o with { Security = new() { Tokens = tokens.File, DataRoots = [folder.Path] } });
        await using KdClient carl = tokens.Client(silo.Silo.Address, tokens["carl"]), cleo = tokens.Client(silo.Silo.Address, tokens["cleo"]), op = tokens.Client(silo.Silo.Address, tokens["op"]);
        V1.StartRunRequest request = new() { Id = "mine", Recipe = TinyTask.Recipe(folder.Path, change: r => r["training"]!["epochs"] = 5000) };
        V1.RunId id = new() { Id = "mine" };
        Assert.Equal("carl", (await carl.Runs.StartAsync(request)).Owner);

        foreach (Func<Task> change in new Func<Task>[] { () => Call(cleo.Runs.CancelAsync(id)), () => Call(cleo.Runs.ResumeAsync(id)), () => Call(cleo.Runs.StartAsync(request)) })
        {
            RpcException refused = await Assert.ThrowsAsync<RpcException>(change);
            Assert.Equal((StatusCode.PermissionDenied, "KD1811"), (refused.StatusCode, refused.ToKd("silo").Code));
            Assert.Contains("carl", refused.Message, StringComparison.Ordinal);
        }

        // Looking is everyone's.
        Assert.Equal("carl", (await cleo.Runs.GetAsync(id)).Owner);
        Assert.Equal("mine", Assert.Single((await cleo.Runs.ListAsync(new V1.ListRunsRequest())).Runs).Id);
        // His own start again is answered, and his run is his to stop.
        Assert.Equal("mine", (await carl.Runs.StartAsync(request)).Id);
        await carl.Runs.CancelAsync(id);
        await EndAsync(carl, id);
        // An operator may go on with it, and it stays whose it was.
        Assert.Equal("carl", (await op.Runs.ResumeAsync(id)).Owner);
        await op.Runs.CancelAsync(id);
        Assert.Equal(V1.RunState.Cancelled, (await EndAsync(op, id)).State);

        static async Task Call<T>(AsyncUnaryCall<T> call) => await call;

        static async Task<V1.Run> EndAsync(KdClient client, V1.RunId id)
        {
            using AsyncServerStreamingCall<V1.Run> watch = client.Runs.Watch(id);
            V1.Run last = new();
            await foreach (V1.Run run in watch.ResponseStream.ReadAllAsync())
            {
                last = run;
            }

            return last;
        }
    }

    [Fact]
    public async Task A_run_from_before_there_were_tokens_is_left_to_operators()
    {
        using TemporaryFolder folder = new();
        Tokens tokens = new(folder.Path);
        await using (TinySilo open = await TinySilo.StartAsync(folder))
        {
            Assert.Equal("", (await open.RunAsync(TinyTask.Recipe(folder.Path), "old")).Owner);
        }

        await using TinySilo silo = await TinySilo.StartAsync(folder, o => o with { Security = new() { Tokens = tokens.File, DataRoots = [folder.Path] } });
        await using KdClient carl = tokens.Client(silo.Silo.Address, tokens["carl"]), op = tokens.Client(silo.Silo.Address, tokens["op"]);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await carl.Runs.ResumeAsync(new V1.RunId { Id = "old" }));
        Assert.Equal("KD1811", refused.ToKd("silo").Code);
        Assert.Equal(V1.RunState.Succeeded, (await op.Runs.ResumeAsync(new V1.RunId { Id = "old" })).State);
    }

    [Theory]
    [InlineData("/kdcluster.v1.RunService/NoSuchMethod")]
    [InlineData("/kdcluster.v1.NoSuchService/List")]
    [InlineData("/kdcluster.v1.RunService//List")]
    [InlineData("/nothing/of/this/kind")]
    public async Task What_is_not_there_is_refused_to_everyone(string path)
    {
        using TemporaryFolder folder = new();
        Tokens tokens = new(folder.Path);
        await using TinySilo silo = await TinySilo.StartAsync(folder, o => o with { Security = new() { Tokens = tokens.File } });

        Assert.Equal("7", await StatusAsync(silo, path, tokens["op"]));
        Assert.Equal("16", await StatusAsync(silo, path, null));
    }

    [Theory]
    [InlineData("/kdcluster.v1.clusterservice/drain")]
    [InlineData("/kdcluster.v1.ClusterService/Drain/")]
    [InlineData("/kdcluster.v1.ClusterService/%44rain")]
    public async Task A_method_that_is_spelled_otherwise_needs_the_same_role(string path)
    {
        using TemporaryFolder folder = new();
        Tokens tokens = new(folder.Path);
        await using TinySilo silo = await TinySilo.StartAsync(folder, o => o with { Security = new() { Tokens = tokens.File } });

        Assert.Equal("7", await StatusAsync(silo, path, tokens["carl"]));
        Assert.Equal("16", await StatusAsync(silo, path, null));
    }

    [Fact]
    public async Task Pages_that_are_no_calls_need_a_token_too()
    {
        using TemporaryFolder folder = new();
        Tokens tokens = new(folder.Path);
        await using TinySilo silo = await TinySilo.StartAsync(folder, o => o with { Security = new() { Tokens = tokens.File } });
        using HttpClient http = new() { DefaultRequestVersion = System.Net.HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using HttpResponseMessage without = await http.GetAsync(new Uri(silo.Silo.Address + "/metrics"));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Contains("KD1801", await without.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        http.DefaultRequestHeaders.Authorization = new("Bearer", tokens["op"]);
        using HttpResponseMessage elsewhere = await http.GetAsync(new Uri(silo.Silo.Address + "/etc/passwd"));
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, elsewhere.StatusCode);
    }

    [Fact]
    public async Task A_revoked_token_ends_what_it_watches()
    {
        using TemporaryFolder folder = new();
        Tokens tokens = new(folder.Path);
        await using TinySilo silo = await TinySilo.StartAsync(folder, o => o with { Security = new() { Tokens = tokens.File } });
        await using KdClient op = tokens.Client(silo.Silo.Address, tokens["op"]);
        using AsyncDuplexStreamingCall<V1.SoftTargetRequest, V1.SoftTargetChunk> stream = op.Teachers.Stream();
        await stream.RequestStream.WriteAsync(new V1.SoftTargetRequest { Id = 1, Teacher = "nobody" });
        Assert.True(await stream.ResponseStream.MoveNext());
        Assert.Equal("KD1308", stream.ResponseStream.Current.Error.Code);

        tokens.Add("op", Role.Operator);
        StatusCode ended = StatusCode.OK;
        DateTime patience = DateTime.UtcNow.AddSeconds(20);
        // The silo looks at the file once a second.
        for (ulong i = 2; ended == StatusCode.OK && DateTime.UtcNow < patience; i++)
        {
            try
            {
                await stream.RequestStream.WriteAsync(new V1.SoftTargetRequest { Id = i, Teacher = "nobody" });
                Assert.True(await stream.ResponseStream.MoveNext());
            }
            catch (RpcException e)
            {
                ended = e.StatusCode;
            }
        }

        Assert.Equal(StatusCode.Unauthenticated, ended);
    }

    /// <summary>What the silo's endpoints say.</summary>
    private static Dictionary<string, Role?> Least(TinySilo silo) => silo.Silo.Services.GetRequiredService<EndpointDataSource>().Endpoints
        .Where(e => e.Metadata.GetMetadata<GrpcMethodMetadata>() is not null)
        .ToDictionary(e => e.Metadata.GetMetadata<GrpcMethodMetadata>()!.Method.FullName, RolePolicies.Least);

    private static string Table(Dictionary<string, Role?> least) =>
        "| method | least role |\n| --- | --- |\n" + string.Concat(least.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"| `{m.Key[1..]}` | {Name(m.Value)} |\n")) + "\n";

    private static string Name(Role? role) => role.ToString()!.ToLowerInvariant();

    private static async Task<string> StatusAsync(TinySilo silo, string path, string? token)
    {
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(silo.Silo.Address + path))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        if (token is not null)
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {token}");
        using HttpResponseMessage response = await http.SendAsync(request);
        return response.Headers.GetValues("grpc-status").Single();
    }

    private static string Path(MethodDescriptor method) => $"/{method.Service.FullName}/{method.Name}";

    /// <summary>Calls a method with an empty message and gives how it ended.</summary>
    private static async Task<(StatusCode Status, string Code)> CallAsync(CallInvoker invoker, MethodDescriptor method, string? authorization)
    {
        MethodType type = (method.IsClientStreaming, method.IsServerStreaming) switch
        {
            (false, false) => MethodType.Unary,
            (false, true) => MethodType.ServerStreaming,
            (true, false) => MethodType.ClientStreaming,
            _ => MethodType.DuplexStreaming,
        };
        Method<byte[], byte[]> raw = new(type, method.Service.FullName, method.Name, Bytes, Bytes);
        Metadata headers = authorization is null ? [] : new Metadata { { "authorization", authorization } };
        CallOptions options = new(headers, DateTime.UtcNow.AddSeconds(30));
        try
        {
            switch (type)
            {
                case MethodType.Unary:
                    await invoker.AsyncUnaryCall(raw, null, options, []);
                    break;
                case MethodType.ServerStreaming:
                    using (AsyncServerStreamingCall<byte[]> call = invoker.AsyncServerStreamingCall(raw, null, options, []))
                    {
                        await call.ResponseStream.MoveNext(CancellationToken.None);
                    }

                    break;
                default:
                    using (AsyncDuplexStreamingCall<byte[], byte[]> call = invoker.AsyncDuplexStreamingCall(raw, null, options))
                    {
                        await call.RequestStream.CompleteAsync();
                        await call.ResponseStream.MoveNext(CancellationToken.None);
                    }

                    break;
            }

            return (StatusCode.OK, "");
        }
        catch (RpcException e)
        {
            return (e.StatusCode, e.ToKd("silo").Code);
        }
    }
}
