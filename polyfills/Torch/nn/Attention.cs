namespace TorchSharp;

/// <summary>softmax(Q Kᵀ / √d + mask) V, for a libtorch older than its own operator.</summary>
internal static class Attention
{
    public static torch.Tensor Compute(torch.Tensor query, torch.Tensor key, torch.Tensor value, torch.Tensor? mask, double dropout, bool causal)
    {
        using var scope = torch.NewDisposeScope();
        var scores = query.matmul(key.transpose(-2, -1)) * (1 / Math.Sqrt(query.shape[^1])); // [..., queries, keys]
        if (causal)
            mask = torch.ones([query.shape[^2], key.shape[^2]], torch.@bool, query.device).tril();
        if (mask is not null)
            scores = mask.dtype == torch.@bool ? scores.masked_fill(mask.logical_not(), double.NegativeInfinity) : scores + mask;
        var weights = torch.nn.functional.dropout(scores.softmax(-1), dropout);
        return weights.matmul(value).MoveToOuterDisposeScope();
    }
}
