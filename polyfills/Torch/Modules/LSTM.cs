using TorchSharp.Interop;

namespace TorchSharp.Modules;

/// <summary>Long short-term memory (Hochreiter and Schmidhuber, 1997).</summary>
public sealed class LSTM : torch.nn.Module<torch.Tensor, (torch.Tensor, torch.Tensor)?, (torch.Tensor, torch.Tensor, torch.Tensor)>
{
    private readonly Parameter[] _weights;
    private readonly long _hidden;
    private readonly long _layers;
    private readonly bool _bias;
    private readonly bool _batchFirst;
    private readonly double _dropout;
    private readonly bool _bidirectional;

    internal LSTM(long inputSize, long hiddenSize, long numLayers, bool bias, bool batchFirst, double dropout, bool bidirectional, torch.Device? device, torch.ScalarType? dtype)
        : base(nameof(LSTM))
    {
        _hidden = hiddenSize;
        _layers = numLayers;
        _bias = bias;
        _batchFirst = batchFirst;
        _dropout = dropout;
        _bidirectional = bidirectional;
        _weights = OwnAll(RecurrentWeights.Create(4, inputSize, hiddenSize, numLayers, bias, bidirectional, device, dtype));
    }

    /// <summary>Output [length, batch, directions × hidden] (batch first if asked), and the last hidden and cell state [layers × directions, batch, hidden].</summary>
    public override (torch.Tensor, torch.Tensor, torch.Tensor) forward(torch.Tensor input, (torch.Tensor, torch.Tensor)? h0_c0 = null)
    {
        if (h0_c0 is var (h, c))
            return Run(input, h, c);
        using var zero = Start(input, input.shape[_batchFirst ? 0 : 1]);
        return Run(input, zero, zero);
    }

    public new (torch.Tensor, torch.Tensor, torch.Tensor) call(torch.Tensor input, (torch.Tensor, torch.Tensor)? h0_c0 = null) => base.call(input, h0_c0);

    public (torch.nn.utils.rnn.PackedSequence, torch.Tensor, torch.Tensor) call(torch.nn.utils.rnn.PackedSequence input, (torch.Tensor, torch.Tensor)? h0_c0 = null)
    {
        using var zero = h0_c0 is null ? Start(input.data, input.LargestBatch) : null;
        var (data, h, c) = Ops.lstm_data.CallThree(
            input.data, input.batch_sizes, new[] { h0_c0?.Item1 ?? zero!, h0_c0?.Item2 ?? zero! }, _weights, _bias, _layers, _dropout, training, _bidirectional);
        return (input.With(data), h, c);
    }

    public void flatten_parameters()
    {
    }

    private (torch.Tensor, torch.Tensor, torch.Tensor) Run(torch.Tensor input, torch.Tensor h, torch.Tensor c) =>
        Ops.lstm_input.CallThree(input, new[] { h, c }, _weights, _bias, _layers, _dropout, training, _bidirectional, _batchFirst);

    private torch.Tensor Start(torch.Tensor like, long batch) =>
        torch.zeros([_layers * (_bidirectional ? 2 : 1), batch, _hidden], like.dtype, like.device);
}
