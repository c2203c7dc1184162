using Grpc.Core;
using KdCluster.Wire.Reflection.V1;

namespace KdCluster.Cluster.Reflection;

/// <summary>Server reflection: what tools such as grpcurl need in order to call a silo without its protos.</summary>
internal sealed class ReflectionRpc : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        await foreach (ServerReflectionRequest request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(ReflectionAnswers.To(request));
        }
    }
}
