using Grpc.Core;

namespace KdCluster.Tests.GrpcWire;

/// <summary>Unary calls of plain bytes, to any name.</summary>
internal static class RawMethod
{
    public static async Task<byte[]> CallAsync(ChannelBase channel, string service, string method, byte[] request)
    {
        var bytes = Marshallers.Create(payload => payload, payload => payload);
        return await channel.CreateCallInvoker().AsyncUnaryCall(new Method<byte[], byte[]>(MethodType.Unary, service, method, bytes, bytes), null, new CallOptions(), request);
    }
}
