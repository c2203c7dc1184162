using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives;

/// <summary>
/// The places of a batch of texts at which a token follows: what a language model answers there is to losses what an instance's answer is elsewhere. A place counts 1/(batch · places of its text), so that a loss is the mean over the instances of the mean over their tokens, whatever stands beside them.
/// </summary>
internal sealed class TokenPositions
{
    private readonly Tensor _places;

    /// <param name="ids">int64 [batch, length].</param>
    /// <param name="lengths">Tokens of each row, two at least.</param>
    public TokenPositions(Tensor ids, IReadOnlyList<int> lengths)
    {
        long width = ids.shape[1];
        int count = lengths.Sum(l => l - 1);
        long[] places = new long[count], owners = new long[count];
        float[] shares = new float[count];
        for (int row = 0, at = 0; row < lengths.Count; row++)
        {
            for (int t = 0; t < lengths[row] - 1; t++, at++)
                (places[at], owners[at], shares[at]) = ((row * width) + t, row, 1f / lengths.Count / (lengths[row] - 1));
        }

        _places = tensor(places, device: ids.device);
        Owners = tensor(owners, device: ids.device);
        Shares = tensor(shares, device: ids.device);
        Labels = ids.flatten().index_select(0, tensor(Array.ConvertAll(places, p => p + 1), device: ids.device));
    }

    /// <summary>The token that follows at each place: int64 [places].</summary>
    public Tensor Labels { get; }

    /// <summary>The row of each place: int64 [places].</summary>
    public Tensor Owners { get; }

    /// <summary>How much each place counts; they sum to 1: float32 [places].</summary>
    public Tensor Shares { get; }

    /// <summary>The answers at the places: [places, vocabulary].</summary>
    /// <param name="answers">[batch, length, vocabulary].</param>
    public Tensor Of(Tensor answers) => answers.flatten(0, 1).index_select(0, _places);
}
