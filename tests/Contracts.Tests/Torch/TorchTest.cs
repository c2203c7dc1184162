using TorchSharp;

namespace KdCluster.Tests.Torch;

/// <summary>One scope per test, and the check that nothing outlived it. The classes share a collection because they share random state.</summary>
[Collection("torch")]
public abstract class TorchTest : IDisposable
{
    private readonly long _before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        Assert.Null(torch.CurrentDisposeScope);
        Assert.True(torch.is_grad_enabled());
        Assert.Equal(_before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        GC.SuppressFinalize(this);
    }
}
