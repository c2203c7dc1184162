using Grpc.Core;
using KdCluster.Cluster.Health;
using KdCluster.Cluster.Security;
using KdCluster.Cluster.Services;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Wire.Inference;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Inference;

/// <summary>Every deployed teacher, as a model of the Open Inference Protocol.</summary>
internal sealed class InferenceRpc(InferenceTeachers teachers, SiloReadiness readiness, ILogger<InferenceRpc> log) : GRPCInferenceService.GRPCInferenceServiceBase
{
    [AllowAnonymous]
    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) => Task.FromResult(new ServerLiveResponse { Live = true });

    [AllowAnonymous]
    public override Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerReadyResponse { Ready = readiness.Ready });

    [Authorize(nameof(Role.Observer))]
    public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        try
        {
            ITeacherClient teacher = await teachers.FindAsync(request.Name, request.Version, context.CancellationToken);
            return new ModelReadyResponse { Ready = InferenceTeachers.Takes(teacher.Description) };
        }
        catch (KdException)
        {
            // The protocol has no word for why; ModelMetadata says it.
            return new ModelReadyResponse { Ready = false };
        }
    });

    [Authorize(nameof(Role.Observer))]
    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerMetadataResponse { Name = "kdcluster", Version = KdVersion.Text });

    [Authorize(nameof(Role.Observer))]
    public override Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context) => ErrorMapping.CallAsync(
        log, context, async () => InferenceMetadata.Of(InferenceTeachers.Text((await teachers.FindAsync(request.Name, request.Version, context.CancellationToken)).Description)));

    [Authorize(nameof(Role.Client))]
    public override Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        (TeacherDescription teacher, string[] outputs, IReadOnlyList<byte[]> rows) = await teachers.AskAsync(
            request.ModelName,
            request.ModelVersion,
            description => InferenceReply.Outputs(request, description),
            client => InferenceInputs.ReadAsync(request, () => teachers.TokenizerAsync(client, context.CancellationToken)),
            context.CancellationToken);
        return InferenceReply.Write(request, teacher, outputs, rows);
    });
}
