namespace KdCluster.Learning.Metrics;

/// <summary>Correlations of two lists of numbers, in double precision.</summary>
public static class Correlation
{
    /// <summary>Pearson's: Σ(x−x̄)(y−ȳ)/√(Σ(x−x̄)²·Σ(y−ȳ)²), −1 to 1.</summary>
    /// <param name="x">Finite numbers.</param>
    /// <param name="y">As many.</param>
    /// <returns>Null where it is undefined: all numbers of one side are equal.</returns>
    /// <exception cref="ArgumentException">The lists differ in length or are empty.</exception>
    public static double? Pearson(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        if (x.Count != y.Count || x.Count == 0)
            throw new ArgumentException($"a correlation needs as many numbers on both sides, not {x.Count} and {y.Count}");
        // Told by the numbers themselves: the mean of equal numbers may be off by its last bit.
        if (x.All(v => v == x[0]) || y.All(v => v == y[0]))
            return null;
        double meanX = x.Average(), meanY = y.Average(), both = 0, squareX = 0, squareY = 0;
        for (int i = 0; i < x.Count; i++)
        {
            (double dx, double dy) = (x[i] - meanX, y[i] - meanY);
            both += dx * dy;
            squareX += dx * dx;
            squareY += dy * dy;
        }

        // Two roots: the product of the squares may leave what a number can hold.
        return Math.Clamp(both / Math.Sqrt(squareX) / Math.Sqrt(squareY), -1, 1);
    }

    /// <summary>Spearman's: Pearson's of the ranks.</summary>
    /// <inheritdoc cref="Pearson"/>
    public static double? Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y) => Pearson(Ranks(x), Ranks(y));

    /// <summary>The place of each number among all, from 1; equal numbers share the mean of their places.</summary>
    public static double[] Ranks(IReadOnlyList<double> numbers)
    {
        int[] order = [.. Enumerable.Range(0, numbers.Count).OrderBy(i => numbers[i])];
        var ranks = new double[numbers.Count];
        for (int first = 0, next; first < order.Length; first = next)
        {
            for (next = first + 1; next < order.Length && numbers[order[next]] == numbers[order[first]]; next++)
            {
            }

            for (int i = first; i < next; i++)
                ranks[order[i]] = (first + 1 + next) / 2.0;
        }

        return ranks;
    }
}
