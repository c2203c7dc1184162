using System.Numerics.Tensors;
using KdCluster.Learning.Training;

namespace KdCluster.Learning.Generation;

/// <summary>Chooses a token by what a model says of all of them. The draw depends on the seed and the token's number alone.</summary>
public sealed record TokenSampler
{
    /// <summary>The likeliest token each time; of equal ones the first.</summary>
    public static TokenSampler Greedy { get; } = new();

    /// <summary>What the logits are divided by before the softmax; 0: the likeliest token is taken.</summary>
    public double Temperature { get; init; }

    /// <summary>Draw from so many of the likeliest tokens; 0: from all. Fan et al., arXiv 1805.04833.</summary>
    public int TopK { get; init; }

    /// <summary>Draw from the smallest set of the likeliest tokens whose probabilities reach this together, above 0; 1: from all. Holtzman et al., arXiv 1904.09751.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Decides the draws.</summary>
    public long Seed { get; init; }

    /// <summary>The next token.</summary>
    /// <param name="logits">Of each token of the vocabulary.</param>
    /// <param name="place">How many were chosen before.</param>
    public int Choose(ReadOnlySpan<float> logits, int place)
    {
        if (Temperature == 0)
            return TensorPrimitives.IndexOfMax(logits);
        int[] order = new int[logits.Length];
        double[] weights = new double[logits.Length];
        for (int i = 0; i < order.Length; i++)
            (order[i], weights[i]) = (i, -logits[i]);
        Array.Sort(weights, order);
        int count = TopK > 0 ? Math.Min(TopK, order.Length) : order.Length;
        double sum = 0, largest = weights[0];
        for (int i = 0; i < count; i++)
            sum += weights[i] = Math.Exp((largest - weights[i]) / Temperature);
        double kept = 0, reach = sum * TopP;
        int last = 0;
        do
            kept += weights[last++];
        while (kept < reach && last < count);
        double drawn = kept * CounterRandom.Unit(Seed, RandomStream.Tokens, place);
        int at = 0;
        for (double passed = weights[0]; passed <= drawn && at + 1 < last; passed += weights[at])
            at++;
        return order[at];
    }
}
