using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace KdCluster.Tests.Torch;

/// <summary>One tensor in, one out, for layers of any kind; the twin of class Sum in make_fixtures.py.</summary>
internal sealed class Layer : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module inner;

    public Layer(nn.Module inner)
        : base(nameof(Layer))
    {
        this.inner = inner;
        RegisterComponents();
    }

    public static Tensor Call(nn.Module module, Tensor x) => module switch
    {
        nn.Module<Tensor, Tensor> m => m.call(x),
        EmbeddingBag bag => bag.call(x),
        _ => throw new ArgumentException(module.GetName()),
    };

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor y;
        Tensor[] states;
        if (inner is LSTM lstm)
        {
            var (o, h, c) = lstm.call(input);
            (y, states) = (o, [h, c]);
        }
        else
        {
            var (o, h) = ((GRU)inner).call(input);
            (y, states) = (o, [h]);
        }

        var sum = y.sum(1L);
        for (int i = 0; i < states.Length; i++)
            sum = sum + (i + 1) * states[i].sum(0L).repeat(1, y.shape[2] / states[i].shape[2]);
        return sum.MoveToOuterDisposeScope();
    }
}
