using Grpc.Net.Client;

namespace KdCluster.Tests.GrpcWire;

public sealed class SurfaceTests
{
    [PolyfillFact(typeof(GrpcChannel))]
    public void PublicSurface_IsApproved() => PublicSurface.AssertApproved(typeof(GrpcChannel).Assembly, "grpc-surface.txt");
}
