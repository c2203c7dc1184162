using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Models;

/// <summary>A model that answers with weights that are arguments, twice differentiable by them and by what it sees: its module's own answer without dropout, written once more as a function.</summary>
internal interface IFunctionalModel
{
    /// <summary>Names of the weights that are arguments; the others stand before <see cref="States"/>.</summary>
    IReadOnlyList<string> Arguments { get; }

    /// <summary>What the first of those weights meets: normalised images [batch, channels, height, width], or the tokens' embeddings [batch, length, width], 0 at padding.</summary>
    /// <param name="batch">Of <see cref="Model.Collate(IReadOnlyList{Instances.InstanceView}, int, int, Device?)"/>.</param>
    Tensor States(Tensor batch);

    /// <summary>Raw scores: [batch, classes].</summary>
    /// <param name="states">Of <see cref="States"/>, or made.</param>
    /// <param name="real">1 where a token is, 0 where padding is: [batch, length]; not looked at for images.</param>
    /// <param name="weights">By the names of <see cref="Arguments"/>.</param>
    /// <param name="norms">The statistics of batch normalisation.</param>
    Tensor Logits(Tensor states, Tensor real, IReadOnlyDictionary<string, Tensor> weights, NormStatistics norms);
}

/// <summary>
/// Where batch normalisation takes its statistics from: the batch itself, or, where they are given, another batch's. A student of made data has no running averages: the statistics of the made data under its
/// weights stand for them.
/// </summary>
/// <param name="given">Of the layers in their order; null: the batch's own.</param>
internal sealed class NormStatistics(IReadOnlyList<(Tensor Mean, Tensor Variance)>? given = null)
{
    private readonly List<(Tensor Mean, Tensor Variance)> _seen = [];

    /// <summary>Mean and variance, of the population, of each layer, in the order in which they were met.</summary>
    public IReadOnlyList<(Tensor Mean, Tensor Variance)> Seen => _seen;

    /// <summary>Whether the batch is differentiated twice.</summary>
    public bool Own => given is null;

    /// <summary>γ·(x − mean)/√(variance + 1e-5) + β, channel by channel (arXiv 1502.03167): [batch, channels, height, width].</summary>
    public Tensor Apply(Tensor states, Tensor scale, Tensor shift)
    {
        if (given is null)
        {
            Tensor mean = states.mean([0L, 2, 3]);
            _seen.Add((mean, states.sub(mean.view(1, -1, 1, 1)).Squared().mean([0L, 2, 3])));
        }
        else
        {
            _seen.Add(given[_seen.Count]);
        }

        var (center, variance) = _seen[^1];
        Tensor factor = scale.mul(variance.Plus(1e-5).rsqrt());
        return states.sub(center.view(1, -1, 1, 1)).mul(factor.view(1, -1, 1, 1)).Plus(shift.view(1, -1, 1, 1));
    }
}
