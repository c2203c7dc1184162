using Google.Protobuf;
using Grpc.Core;
using KdCluster.Wire.Reflection.V1Alpha;

namespace KdCluster.Cluster.Reflection;

/// <summary>The version of reflection that older tools ask for: the same bytes under another package's name.</summary>
internal sealed class OldReflectionRpc : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        await foreach (ServerReflectionRequest request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            IMessage answer = ReflectionAnswers.To(Wire.Reflection.V1.ServerReflectionRequest.Parser.ParseFrom(request.ToByteString()));
            await responseStream.WriteAsync(ServerReflectionResponse.Parser.ParseFrom(answer.ToByteString()));
        }
    }
}
