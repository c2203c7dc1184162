using TorchSharp.Interop;

namespace TorchSharp.Modules;

/// <summary>Gated recurrent unit (Cho et al., 2014).</summary>
public sealed class GRU : torch.nn.Module<torch.Tensor, torch.Tensor?, (torch.Tensor, torch.Tensor)>
{
    private readonly Parameter[] _weights;
    private readonly long _hidden;
    private readonly long _layers;
    private readonly bool _bias;
    private readonly bool _batchFirst;
    private readonly double _dropout;
    private readonly bool _bidirectional;

    internal GRU(long inputSize, long hiddenSize, long numLayers, bool bias, bool batchFirst, double dropout, bool bidirectional, torch.Device? device, torch.ScalarType? dtype)
        : base(nameof(GRU))
    {
        _hidden = hiddenSize;
        _layers = numLayers;
        _bias = bias;
        _batchFirst = batchFirst;
        _dropout = dropout;
        _bidirectional = bidirectional;
        _weights = OwnAll(RecurrentWeights.Create(3, inputSize, hiddenSize, numLayers, bias, bidirectional, device, dtype));
    }

    /// <summary>Output [length, batch, directions × hidden] (batch first if asked), and the last hidden state [layers × directions, batch, hidden].</summary>
    public override (torch.Tensor, torch.Tensor) forward(torch.Tensor input, torch.Tensor? h0 = null)
    {
        using var zero = h0 is null ? Start(input, input.shape[_batchFirst ? 0 : 1]) : null;
        return Ops.gru_input.CallTwo(input, h0 ?? zero!, _weights, _bias, _layers, _dropout, training, _bidirectional, _batchFirst);
    }

    public new (torch.Tensor, torch.Tensor) call(torch.Tensor input, torch.Tensor? h0 = null) => base.call(input, h0);

    public (torch.nn.utils.rnn.PackedSequence, torch.Tensor) call(torch.nn.utils.rnn.PackedSequence input, torch.Tensor? h0 = null)
    {
        using var zero = h0 is null ? Start(input.data, input.LargestBatch) : null;
        var (data, h) = Ops.gru_data.CallTwo(input.data, input.batch_sizes, h0 ?? zero!, _weights, _bias, _layers, _dropout, training, _bidirectional);
        return (input.With(data), h);
    }

    public void flatten_parameters()
    {
    }

    private torch.Tensor Start(torch.Tensor like, long batch) =>
        torch.zeros([_layers * (_bidirectional ? 2 : 1), batch, _hidden], like.dtype, like.device);
}
