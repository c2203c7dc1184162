using KdCluster.Learning.Models;
using KdCluster.Learning.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Learning.Training;

/// <summary>
/// The moving average of a model's weights, as a model of its own: after step t, counted from 0, θ' ← m·θ' + (1−m)·θ with m = min(1 − 1/(t+1), decay), so that the first step takes over the weights as they
/// are: arXiv 2006.05065, the authors' <c>train_smoothing.py</c> [V]. Theirs begins with random weights of its own and answers with dropout and batch statistics; this one answers as a trained model does.
/// </summary>
internal sealed class MovingAverage : IDisposable
{
    private readonly double _decay;
    private readonly (Tensor Average, Tensor Value)[] _pairs;

    /// <param name="shadow">A model of the same shape; taken over.</param>
    /// <param name="model">The model that learns.</param>
    /// <param name="decay">Largest share of the old, 0 up to but not including 1.</param>
    public MovingAverage(Model shadow, Model model, double decay)
    {
        using var off = no_grad();
        Model = shadow;
        Model.eval();
        _decay = decay;
        ModelState.Copy(model, shadow);
        var values = ModelState.Of(model).ToDictionary(t => t.Name, t => t.Value, StringComparer.Ordinal);
        _pairs = [.. ModelState.Of(shadow).Select(t => (t.Value, values[t.Name]))];
    }

    /// <summary>The averaged model.</summary>
    public Model Model { get; }

    /// <summary>Takes in the weights after a step.</summary>
    /// <param name="step">t.</param>
    public void Update(long step)
    {
        using var off = no_grad();
        double kept = Math.Min(1 - (1.0 / (step + 1)), _decay);
        foreach (var (average, value) in _pairs)
            average.TimesInPlace(kept).PlusInPlace(value, 1 - kept);
    }

    public void Dispose()
    {
        Model.Random?.Dispose();
        Model.Dispose();
    }
}
