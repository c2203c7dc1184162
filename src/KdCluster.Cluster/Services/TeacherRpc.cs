using System.Threading.Channels;
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
using Microsoft.Extensions.Logging;
using ElementType = KdCluster.SoftTargets.ElementType;

namespace KdCluster.Cluster.Services;

/// <summary>The teacher service of one silo.</summary>
internal sealed class TeacherRpc(TeacherDirectory directory, PathRoots roots, Patience patience, IGrainFactory grains, ILogger<TeacherRpc> log) : TeacherService.TeacherServiceBase
{
    private const int InFlightPerStream = 32;

    public override Task<ListTeachersReply> List(ListTeachersRequest request, ServerCallContext context) => Guard.CallAsync(log, context, async () =>
    {
        ListTeachersReply reply = new();
        reply.Teachers.AddRange(await directory.AllAsync((name, e) => log.TeacherUnavailable(name, e.Message)));
        return reply;
    });

    public override Task<Teacher> Describe(DescribeTeacherRequest request, ServerCallContext context) =>
        Guard.CallAsync(log, context, () => directory.DescribeAsync(request.Name));

    public override Task<TokenizerFile> GetTokenizer(DescribeTeacherRequest request, ServerCallContext context) => Guard.CallAsync(log, context, async () =>
    {
        (TeacherHost? here, KdClient? there) = await directory.LocateAsync(request.Name);
        return here is not null
            ? new TokenizerFile { Content = ByteString.CopyFrom(here.TokenizerFile) }
            : await there!.CallAsync(async () => await there.Teachers.GetTokenizerAsync(request, cancellationToken: context.CancellationToken));
    });

    public override Task<SoftTargetReply> Get(SoftTargetRequest request, ServerCallContext context) => Guard.CallAsync(log, context, async () =>
    {
        SoftTargetReply reply = new() { Id = request.Id };
        reply.Rows.AddRange((await RowsAsync(request, context.CancellationToken)).Select(r => UnsafeByteOperations.UnsafeWrap(r)));
        return reply;
    });

    public override Task Stream(IAsyncStreamReader<SoftTargetRequest> requestStream, IServerStreamWriter<SoftTargetChunk> responseStream, ServerCallContext context) =>
        Guard.StreamAsync(log, context, async () =>
        {
            // Bounded both ways: a slow reader fills the channel, which keeps its requests from being read.
            Channel<SoftTargetChunk> replies = Channel.CreateBounded<SoftTargetChunk>(InFlightPerStream);
            Task writing = WriteAsync(replies.Reader, responseStream, context.CancellationToken);
            using SemaphoreSlim inFlight = new(InFlightPerStream);
            try
            {
                await foreach (SoftTargetRequest request in requestStream.ReadAllAsync(context.CancellationToken))
                {
                    await inFlight.WaitAsync(context.CancellationToken);
                    _ = AnswerAsync(request, replies.Writer, inFlight, context);
                }
            }
            finally
            {
                for (int i = 0; i < InFlightPerStream; i++)
                {
                    await inFlight.WaitAsync(CancellationToken.None);
                }

                replies.Writer.Complete();
                await writing;
            }
        });

    public override Task<Teacher> Deploy(DeployTeacherRequest request, ServerCallContext context) => Guard.CallAsync(log, context, async () =>
    {
        Names.Check(request.Name, "teacher");
        ElementType element = request.Element == V1.ElementType.Unspecified ? ElementType.Float16 : (ElementType)request.Element;
        TeacherDeployment deployment = new(roots.Check(request.Checkpoint, "checkpoint"), request.Device, element);
        ModelBytes.Announce(deployment.Checkpoint);
        TeacherPlace place = await patience.CallAsync(() => grains.GetGrain<ITeacherGrain>(request.Name).DeployAsync(deployment), context.CancellationToken);
        return place.Errors.Length == 0
            ? await directory.DescribeAsync(request.Name)
            : throw new KdException([.. place.Errors.Select(e => e.ToError())]);
    });

    public override Task<UndeployTeacherReply> Undeploy(DescribeTeacherRequest request, ServerCallContext context) => Guard.CallAsync(
        log, context, async () => new UndeployTeacherReply { Existed = await patience.CallAsync(() => grains.GetGrain<ITeacherGrain>(request.Name).UndeployAsync(), context.CancellationToken) });

    private static async Task WriteAsync(ChannelReader<SoftTargetChunk> replies, IServerStreamWriter<SoftTargetChunk> stream, CancellationToken cancellationToken)
    {
        bool broken = false;
        await foreach (SoftTargetChunk chunk in replies.ReadAllAsync(CancellationToken.None))
        {
            // After the peer is gone the rest is drained, so that no answer waits for room.
            if (broken || cancellationToken.IsCancellationRequested)
            {
                continue;
            }

            try
            {
                await stream.WriteAsync(chunk);
            }
            catch (Exception e) when (e is RpcException or InvalidOperationException or IOException or OperationCanceledException)
            {
                broken = true;
            }
        }
    }

    private async Task AnswerAsync(SoftTargetRequest request, ChannelWriter<SoftTargetChunk> replies, SemaphoreSlim inFlight, ServerCallContext context)
    {
        try
        {
            IReadOnlyList<byte[]> rows = await RowsAsync(request, context.CancellationToken);
            foreach (SoftTargetChunk chunk in TeacherMessages.ToChunks(request.Id, rows))
            {
                await replies.WriteAsync(chunk);
            }
        }
        catch (Exception e)
        {
            KdError error = ErrorRecord.From(e)[0].ToError();
            if (e is not (KdException or OperationCanceledException))
            {
                log.CallFailed(context.Method, e);
            }

            await replies.WriteAsync(new SoftTargetChunk { Id = request.Id, Last = true, Error = error.ToProto() });
        }
        finally
        {
            inFlight.Release();
        }
    }

    private async Task<IReadOnlyList<byte[]>> RowsAsync(SoftTargetRequest request, CancellationToken cancellationToken)
    {
        (TeacherHost? host, KdClient? there) = await directory.LocateAsync(request.Teacher);
        if (host is null)
        {
            // Passed on: any silo answers for any teacher. Trainers go to the teacher's silo themselves.
            SoftTargetReply reply = await there!.CallAsync(async () => await there.Teachers.GetAsync(request, cancellationToken: cancellationToken));
            return [.. reply.Rows.Select(r => r.ToByteArray())];
        }

        if (request.Fingerprints.Count > 0 && !request.Kinds.Select(k => host.Description.Output((SoftTargets.OutputKind)k).Teacher).SequenceEqual(request.Fingerprints))
        {
            throw TeacherIdentity.Replaced(request.Teacher);
        }

        return await host.GetAsync(request.ToRequest(), cancellationToken);
    }
}
