using TorchSharp.Interop;

namespace TorchSharp.Modules;

/// <summary>Rows of a table, by number.</summary>
public sealed class Embedding : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly long _paddingIdx;
    private readonly double? _maxNorm;
    private readonly double _normType;
    private readonly bool _scaleGradByFreq;
    private readonly bool _sparse;

    internal Embedding(long num_embeddings, long embedding_dims, long? padding_idx, double? max_norm, double norm_type, bool scale_grad_by_freq, bool sparse, torch.Device? device, torch.ScalarType? dtype)
        : base(nameof(Embedding))
    {
        _paddingIdx = padding_idx is { } p ? (p < 0 ? p + num_embeddings : p) : -1;
        _maxNorm = max_norm;
        _normType = norm_type;
        _scaleGradByFreq = scale_grad_by_freq;
        _sparse = sparse;
        var table = new Parameter(torch.empty(num_embeddings, embedding_dims, dtype, device));
        torch.nn.init.normal_(table);
        Own("weight", table);
        weight = table;
        if (_paddingIdx < 0)
            return;
        using var no = torch.no_grad();
        using var row = table[_paddingIdx];
        row.zero_();
    }

    public Parameter? weight { get; }

    public override torch.Tensor forward(torch.Tensor input)
    {
        if (_maxNorm is { } norm)
        {
            using var no = torch.no_grad();
            Ops.embedding_renorm_.InPlace(weight!, input, norm, _normType);
        }

        return Ops.embedding.Call(weight, input, _paddingIdx, _scaleGradByFreq, _sparse);
    }
}
