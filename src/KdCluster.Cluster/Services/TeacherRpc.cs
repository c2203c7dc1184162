using Google.Protobuf;
using Grpc.Core;
using KdCluster.Client;
using KdCluster.Cluster.Security;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Silos.Placement;
using KdCluster.Cluster.Teachers;
using KdCluster.Grains;
using KdCluster.Runs;
using KdCluster.V1;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Logging;
using ElementType = KdCluster.SoftTargets.ElementType;

namespace KdCluster.Cluster.Services;

/// <summary>The teacher service of one silo.</summary>
internal sealed class TeacherRpc(
    TeacherDirectory directory, TeacherRegistry registry, PathRoots roots, TeacherCallers callers, SiloStatusBoard board, GrainRetry retry, TimeProvider time, IGrainFactory grains, ILogger<TeacherRpc> log)
    : TeacherService.TeacherServiceBase
{
    [Authorize(nameof(Role.Observer))]
    public override Task<ListTeachersReply> List(ListTeachersRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        ListTeachersReply reply = new();
        reply.Teachers.AddRange(await directory.AllAsync((name, e) => log.TeacherUnavailable(name, e.Message)));
        return reply;
    });

    [Authorize(nameof(Role.Observer))]
    public override Task<Teacher> Describe(DescribeTeacherRequest request, ServerCallContext context) =>
        ErrorMapping.CallAsync(log, context, () => directory.DescribeAsync(request));

    [Authorize(nameof(Role.Client))]
    public override Task<TokenizerFile> GetTokenizer(DescribeTeacherRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        (TeacherHost? here, KdClient? there) = await directory.LocateAsync(request.Name);
        return here is not null
            ? new TokenizerFile { Content = ByteString.CopyFrom((await directory.FindAsync(request.Name, TeacherVersionKey.Of(request))).TokenizerFile) }
            : await there!.CallAsync(async () => await there.Teachers.GetTokenizerAsync(request, cancellationToken: context.CancellationToken));
    });

    [Authorize(nameof(Role.Client))]
    public override Task<SoftTargetReply> Get(SoftTargetRequest request, ServerCallContext context) =>
        ErrorMapping.CallAsync(log, context, () => AnswerAsync(request, context.CancellationToken));

    [Authorize(nameof(Role.Client))]
    public override Task Stream(IAsyncStreamReader<SoftTargetRequest> requestStream, IServerStreamWriter<SoftTargetChunk> responseStream, ServerCallContext context) =>
        ErrorMapping.StreamAsync(log, context, () => new SoftTargetSession(AnswerAsync, r => registry.Find(r.Teacher, TeacherVersionKey.Of(r)), callers, time, log, context).RunAsync(requestStream, responseStream));

    [Authorize(nameof(Role.Operator))]
    public override Task<Teacher> Deploy(DeployTeacherRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        Names.Check(request.Name, "teacher");
        ElementType element = request.Element == V1.ElementType.Unspecified ? ElementType.Float16 : (ElementType)request.Element;
        TeacherDeployment deployment = new(roots.Check(request.Checkpoint, "checkpoint"), request.Device, element, element == ElementType.TopK ? request.TopK : 0)
        {
            Compile = request.Compile,
            Precision = TeacherMessages.ToAsked(request.Precision),
            Names = request.Inputs.Count + request.Outputs.Count == 0 ? null : new TensorNames(request.Inputs.ToDictionary(), request.Outputs.ToDictionary()),
        };
        CheckDevice(deployment.Device);
        ModelBytes.Announce(deployment.Checkpoint);
        TeacherPlace place = await retry.CallAsync(() => grains.GetGrain<ITeacherGrain>(request.Name).DeployAsync(deployment), context.CancellationToken);
        return place.Errors.Length == 0
            ? await directory.DescribeAsync(new DescribeTeacherRequest { Name = request.Name })
            : throw new KdException(place.Errors);
    });

    [Authorize(nameof(Role.Operator))]
    public override Task<UndeployTeacherReply> Undeploy(DescribeTeacherRequest request, ServerCallContext context) => ErrorMapping.CallAsync(
        log, context, async () => new UndeployTeacherReply { Existed = Names.Good(request.Name) && await retry.CallAsync(() => grains.GetGrain<ITeacherGrain>(request.Name).UndeployAsync(), context.CancellationToken) });

    [Authorize(nameof(Role.Operator))]
    public override Task<ScaleTeacherReply> Scale(ScaleTeacherRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        Names.Check(request.Name, "teacher");
        ITeacherGrain grain = grains.GetGrain<ITeacherGrain>(request.Name);
        TeacherScale now = await retry.CallAsync(() => grain.PlacesAsync(), context.CancellationToken);
        if (!now.Deployed)
        {
            throw new KdException([TeacherErrors.Unknown(request.Name)]);
        }

        (int replicas, int min, int max) = ReplicaRange.Of(request, now);
        return ClusterMessages.ToProto(await retry.CallAsync(() => grain.ScaleAsync(replicas, min, max), context.CancellationToken));
    });

    /// <summary>Said at once: a silo with such a device may come, but nobody who deploys waits for it unasked.</summary>
    private void CheckDevice(string device)
    {
        if (device.Length > 0 && !board.HasDevice(device, SiloRoleNames.Teacher))
        {
            throw new KdException("KD1206", $"no silo of this cluster has a device '{device}'.", "device", "Choose a device that `kd top` shows, or start a silo with this one.");
        }
    }

    private async Task<SoftTargetReply> AnswerAsync(SoftTargetRequest request, CancellationToken cancellationToken)
    {
        (TeacherHost? host, KdClient? there) = await directory.LocateAsync(request.Teacher);
        if (host is null)
        {
            if (request.Here)
            {
                throw TeacherErrors.Elsewhere(request.Teacher, there!.Address);
            }

            // Passed on: any silo answers for any teacher. Trainers go to the teacher's silo themselves.
            return await there!.CallAsync(async () => await there.Teachers.GetAsync(request, cancellationToken: cancellationToken));
        }

        TeacherVersionKey version = TeacherVersionKey.Of(request);
        if (!host.Is(version))
        {
            host = await directory.FindAsync(request.Teacher, version);
        }

        IReadOnlyList<byte[]> rows = await host.GetAsync(request.ToRequest(), request.Asker, cancellationToken);
        SoftTargetReply reply = new() { Id = request.Id, Queue = host.QueuedRows };
        reply.Rows.AddRange(rows.Select(r => UnsafeByteOperations.UnsafeWrap(r)));
        return reply;
    }
}
