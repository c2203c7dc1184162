using KdCluster.Learning.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// Mean over an instance's tokens or pixels and the teacher's width of ½·((μ(s) − t)²/σ² + log σ²), μ a network of the student's layer and σ² a variance of each of the teacher's channels, both trained with the student: variational
/// information distillation, Ahn et al., arXiv 1904.05835; torchdistill's <c>VIDLoss</c> [V]. Up to a constant it is −log of a normal density, so that it may be below 0.
/// </summary>
internal sealed class VariationalLoss : ILayerLoss
{
    public Module Adapter(AdapterSetup setup) => new AdapterList<VariationalRegressor>(setup.Layers.Select(l => new VariationalRegressor(AdapterSetup.Channels(l.Student), AdapterSetup.Channels(l.Teacher))));

    public Tensor Evaluate(LayerInput input)
    {
        var regressors = (AdapterList<VariationalRegressor>)input.Adapter!;
        int layer = 0;
        return input.Mean((s, t) =>
        {
            (Tensor mean, Tensor variance) = regressors[layer++].call(s);
            return input.OverTokens(mean.sub(t).Squared().div(variance).Plus(variance.log()).mean([-1L])).Over(2);
        });
    }
}
