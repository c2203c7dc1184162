using KdCluster.Learning.Torch;
using TorchSharp;

namespace KdCluster.Tests.Models;

/// <summary>A test class whose tests must leave no tensor behind.</summary>
public abstract class TensorScope : IDisposable
{
    private readonly DisposeScope _scope;
    private readonly long _before;

    protected TensorScope()
    {
        TorchRuntime.Initialize();
        _before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        _scope = torch.NewDisposeScope();
    }

    public void Dispose()
    {
        Leave();
        _scope.Dispose();
        Assert.Equal(_before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes what no scope owns, such as modules.</summary>
    protected virtual void Leave()
    {
    }
}
