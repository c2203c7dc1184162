using TorchSharp;

namespace KdCluster.Tests.Torch;

public sealed class SurfaceTests
{
    [Fact]
    public void The_polyfill_shows_what_was_approved()
    {
        if (PackageModes.IsPolyfill(typeof(torch).Assembly))
            PublicSurface.AssertApproved(typeof(torch).Assembly, "Torch.approved.txt");
    }
}
