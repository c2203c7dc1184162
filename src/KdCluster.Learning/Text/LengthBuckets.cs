namespace KdCluster.Learning.Text;

/// <summary>The padded lengths that batches may have: few, so that rows of like length share a batch and its shape recurs.</summary>
/// <remarks>A row's bucket depends on nothing but its own length, so that its padded input, and thus every bit of a model's answer, is the same in any run.</remarks>
public static class LengthBuckets
{
    private static readonly int[] Edges = [8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096];

    /// <summary>The padded length of a row.</summary>
    /// <param name="length">Tokens of the row, 0 to <paramref name="maxLength"/>.</param>
    /// <param name="maxLength">The tokenizer's maximum; the last bucket.</param>
    public static int Of(int length, int maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, maxLength);
        int place = Array.BinarySearch(Edges, length);
        if (place < 0)
            place = ~place;
        return place < Edges.Length ? Math.Min(Edges[place], maxLength) : maxLength;
    }

    /// <summary>All buckets up to a maximum length, ascending.</summary>
    public static IReadOnlyList<int> All(int maxLength) => [.. Edges.TakeWhile(e => e < maxLength), maxLength];
}
