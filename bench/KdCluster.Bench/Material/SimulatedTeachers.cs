using System.Net;
using Google.Protobuf;
using Grpc.Core;
using KdCluster.Client;
using KdCluster.Cluster.Services;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Teachers;
using KdCluster.Cluster.Teachers.Pools;
using KdCluster.Learning.Data;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ElementType = KdCluster.SoftTargets.ElementType;
using SoftTargetSet = KdCluster.SoftTargets.SoftTargetSet;

namespace KdCluster.Bench;

/// <summary>Replicas of one teacher, each with a port and a device of its own, on real gRPC in this process; and pools over some of them.</summary>
internal sealed class SimulatedTeachers : IAsyncDisposable
{
    private static readonly string s_hash = new('a', 64);
    private static readonly LabelSpace s_labels = new(["a", "b", "c", "d"]);
    private readonly WebApplication _app;
    private readonly Dictionary<int, SimulatedDevice> _devices;
    private readonly TimeProvider _time;

    private SimulatedTeachers(WebApplication app, Dictionary<int, SimulatedDevice> devices, TimeProvider time) => (_app, _devices, _time) = (app, devices, time);

    public static async Task<SimulatedTeachers> StartAsync(int count, int rows, TimeSpan batch, TimeProvider time, CancellationToken cancellationToken)
    {
        int[] ports = Cluster.Hosting.FreePorts.Take(count);
        var devices = ports.ToDictionary(p => p, _ => new SimulatedDevice(rows, batch, Set, time));
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => Array.ForEach(ports, p => k.Listen(IPAddress.Loopback, p, o => o.Protocols = HttpProtocols.Http2)));
        builder.Services.AddSingleton<IReadOnlyDictionary<int, SimulatedDevice>>(devices);
        builder.Services.AddSingleton(new TeacherCallers(new SiloDrain()));
        builder.Services.AddSingleton(time);
        builder.Services.AddGrpc();
        WebApplication app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        return new SimulatedTeachers(app, devices, time);
    }

    /// <summary>The product's pool over the first so many replicas.</summary>
    public Task<TeacherPoolClient> ConnectAsync(int replicas, CancellationToken cancellationToken)
    {
        var options = new PoolOptions();
        string asker = $"bench-{replicas}";
        return TeacherPoolClient.ConnectAsync(
            "simulated", new FixedReplicas([.. _devices.Keys.Take(replicas).Select(p => $"http://127.0.0.1:{p}")]),
            address => new RemoteReplica(address, "simulated", asker, here: true, options, NullLogger.Instance, a => new KdClient(new KdClientOptions { Addresses = [a], RetryTimeout = TimeSpan.Zero })),
            options, _time, new Random(replicas), NullLogger.Instance, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().ConfigureAwait(false);
        foreach (SimulatedDevice device in _devices.Values)
            await device.DisposeAsync().ConfigureAwait(false);
    }

    private static SoftTargetSet Set { get; } = new(s_hash, OutputNames.Logits, ElementType.Float16, s_labels.Count, 0, s_labels.Hash);

    /// <summary>The part of the teacher service that pools use.</summary>
    private sealed class Service(IReadOnlyDictionary<int, SimulatedDevice> devices, TeacherCallers callers, TimeProvider time, ILogger<Service> log) : TeacherService.TeacherServiceBase
    {
        private static readonly TeacherDescription s_description = new("simulated", "transformer", 1, s_labels.Names, s_labels.Hash, s_hash, 64, [TeacherOutput.Of(Set)], double.NaN);

        public override Task<Teacher> Describe(DescribeTeacherRequest request, ServerCallContext context) => Task.FromResult(s_description.ToProto());

        public override Task Stream(IAsyncStreamReader<SoftTargetRequest> requestStream, IServerStreamWriter<SoftTargetChunk> responseStream, ServerCallContext context)
        {
            SimulatedDevice device = devices[new Uri($"http://{context.Host}").Port];
            return new SoftTargetSession((request, stop) => AnswerAsync(device, request, stop), _ => device, callers, time, log, context).RunAsync(requestStream, responseStream);
        }

        private static async Task<SoftTargetReply> AnswerAsync(SimulatedDevice device, SoftTargetRequest request, CancellationToken stop)
        {
            byte[] rows = await device.AnswerAsync(new TeacherRequestRows(request.Asker, request.ToRequest().Inputs), stop).ConfigureAwait(false);
            var reply = new SoftTargetReply { Id = request.Id, Queue = device.QueuedRows };
            reply.Rows.Add(UnsafeByteOperations.UnsafeWrap(rows));
            return reply;
        }
    }
}
