using KdCluster.Learning.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>Batch normalisation by the batch alone: a loss is computed in training only, and needs no averages of batches past. A channel that does not vary, as in a batch of one, becomes its bias.</summary>
internal sealed class BatchNormalisation : Module<Tensor, Tensor>
{
    private const string Gain = "weight", Bias = "bias";

    public BatchNormalisation(int width)
        : base(nameof(BatchNormalisation))
    {
        register_parameter(Gain, new Parameter(ones(width)));
        register_parameter(Bias, new Parameter(zeros(width)));
    }

    /// <param name="states">[…, width].</param>
    public override Tensor forward(Tensor states) => Of(states).mul(get_parameter(Gain)!).Plus(get_parameter(Bias)!);

    /// <summary>Mean 0 and variance 1 over all dimensions but the last.</summary>
    public static Tensor Of(Tensor states)
    {
        long[] others = [.. Enumerable.Range(0, (int)states.dim() - 1).Select(d => (long)d)];
        Tensor centred = states.sub(states.mean(others, keepdim: true));
        return centred.mul(centred.Squared().mean(others, keepdim: true).Plus(1e-5).rsqrt());
    }
}
