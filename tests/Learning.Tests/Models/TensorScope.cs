using KdCluster.Learning.Torch;
using TorchSharp;

namespace KdCluster.Tests.Models;

/// <summary>A test class whose tests must leave no tensor behind.</summary>
public abstract class TensorScope : IDisposable
{
    private readonly DisposeScope _scope;

    protected TensorScope()
    {
        TorchRuntime.Initialize();
        _scope = torch.NewDisposeScope();
    }

    public void Dispose()
    {
        _scope.Dispose();
        GC.SuppressFinalize(this);
    }
}
