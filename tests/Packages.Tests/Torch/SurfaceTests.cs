using TorchSharp;

namespace KdCluster.Tests.Torch;

public sealed class SurfaceTests
{
    [PolyfillFact(typeof(torch))]
    public void The_polyfill_shows_what_was_approved() => PublicSurface.AssertApproved(typeof(torch).Assembly, "Torch.approved.txt");
}
