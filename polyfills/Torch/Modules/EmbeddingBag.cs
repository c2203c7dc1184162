using TorchSharp.Interop;

namespace TorchSharp.Modules;

/// <summary>Rows of a table, by number, joined per bag.</summary>
public sealed class EmbeddingBag : torch.nn.Module<torch.Tensor, torch.Tensor?, torch.Tensor?, torch.Tensor>, torch.nn.IModule<torch.Tensor, torch.Tensor, torch.Tensor>
{
    private readonly double? _maxNorm;
    private readonly double _normType;
    private readonly bool _scaleGradByFreq;
    private readonly EmbeddingBagMode _mode;
    private readonly bool _sparse;
    private readonly bool _includeLastOffset;
    private readonly long _paddingIndex;

    internal EmbeddingBag(long num_embeddings, long embedding_dims, double? max_norm, double norm_type, bool scale_grad_by_freq, EmbeddingBagMode mode, bool sparse, bool include_last_offset, long padding_index, torch.Device? device, torch.ScalarType? dtype)
        : base(nameof(EmbeddingBag))
    {
        _maxNorm = max_norm;
        _normType = norm_type;
        _scaleGradByFreq = scale_grad_by_freq;
        _mode = mode;
        _sparse = sparse;
        _includeLastOffset = include_last_offset;
        _paddingIndex = padding_index;
        var table = new Parameter(torch.empty(num_embeddings, embedding_dims, dtype, device));
        torch.nn.init.normal_(table);
        Own("weight", table);
        weight = table;
        if (padding_index < 0)
            return;
        using var no = torch.no_grad();
        using var row = table[padding_index];
        row.zero_();
    }

    public Parameter? weight { get; }

    /// <summary>Bags of equal length: input [bags, length] without offsets. Else input is flat and offsets [bags] say where each starts.</summary>
    public override torch.Tensor forward(torch.Tensor input, torch.Tensor? offsets, torch.Tensor? perSampleWeights)
    {
        if (_maxNorm is { } norm)
        {
            using var no = torch.no_grad();
            Ops.embedding_renorm_.InPlace(weight!, input, norm, _normType);
        }

        if (offsets is not null)
            return Bags(input, offsets, perSampleWeights, _includeLastOffset);
        long bags = input.shape[0], length = input.shape[1];
        using var flat = input.reshape(-1);
        using var starts = torch.arange(0, bags * length, length, input.dtype, input.device);
        using var weights = perSampleWeights?.reshape(-1);
        return Bags(flat, starts, weights, false);
    }

    public new torch.Tensor call(torch.Tensor input, torch.Tensor? offsets, torch.Tensor? perSampleWeights) => base.call(input, offsets, perSampleWeights);

    public torch.Tensor call(torch.Tensor input, torch.Tensor offsets) => base.call(input, offsets, null);

    public torch.Tensor call(torch.Tensor input) => base.call(input, null, null);

    private torch.Tensor Bags(torch.Tensor input, torch.Tensor offsets, torch.Tensor? weights, bool includeLast) =>
        Ops.embedding_bag.CallFirst(weight, input, offsets, _scaleGradByFreq, (long)_mode, _sparse, weights, includeLast, _paddingIndex < 0 ? Arg.None : _paddingIndex);
}
