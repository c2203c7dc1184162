using KdCluster.Learning.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Loops.TwoPlayer;

/// <summary>
/// D: the score of what a model says of an instance, the higher the more it is taken for the teacher's. Each position goes through a layer, their mean through another, and a third gives the score; leaky ReLU with slope 0.1
/// between them. So it sees the whole of an instance, of any length, and no other instance: the gradient penalty is an instance's own, which batch normalisation would break.
/// </summary>
internal sealed class Critic : IDisposable
{
    private const double Slope = 0.1;

    private readonly (string Name, Linear Layer)[] _layers;

    /// <param name="width">Numbers of a position.</param>
    /// <param name="hidden">Width of the two hidden layers.</param>
    public Critic(int width, int hidden) => _layers = [("positions", Linear(width, hidden)), ("whole", Linear(hidden, hidden)), ("score", Linear(hidden, 1))];

    /// <summary>Its weights.</summary>
    public IEnumerable<(string Name, Parameter Weight)> Weights => _layers.SelectMany(l => new[] { ($"{l.Name}.weight", (Parameter)l.Layer.weight!), ($"{l.Name}.bias", (Parameter)l.Layer.bias!) });

    /// <summary>The scores of a batch: [batch].</summary>
    /// <param name="states">[batch, positions, width].</param>
    /// <param name="real">1 where a position is, 0 where padding is: [batch, positions].</param>
    /// <param name="learns">Whether the score has a gradient by the critic's own weights.</param>
    public Tensor Score(Tensor states, Tensor real, bool learns)
    {
        Tensor share = real.div(real.sum(1, keepdim: true).AtLeast(1)).unsqueeze(-1);
        Tensor whole = Leaky(Apply(0, states, learns)).mul(share).sum(1);
        return Apply(2, Leaky(Apply(1, whole, learns)), learns).squeeze(-1);
    }

    public void to(Device device) => Array.ForEach(_layers, l => l.Layer.to(device));

    public void Dispose() => Array.ForEach(_layers, l => l.Layer.Dispose());

    private static Tensor Leaky(Tensor x) => maximum(x, x.Times(Slope));

    private Tensor Apply(int layer, Tensor x, bool learns)
    {
        Linear linear = _layers[layer].Layer;
        return learns ? functional.linear(x, linear.weight!, linear.bias) : functional.linear(x, linear.weight!.detach(), linear.bias!.detach());
    }
}
