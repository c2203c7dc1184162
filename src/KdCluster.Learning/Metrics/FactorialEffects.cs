namespace KdCluster.Learning.Metrics;

/// <summary>
/// Effects of a full factorial with two levels an axis, seed by seed. The effect of one axis: its second level minus its first, averaged over the levels of the other axes. The interaction of two: the effect of
/// the one where the other is at its second level, minus that where it is at its first; 0 means that the two add up. Of three: the difference of two such differences, and so on
/// (Box, Hunter and Hunter, Statistics for Experimenters, chapter 5, there with every interaction divided by 2 for each further axis).
/// </summary>
/// <param name="Axes">The axes that it is of, by number.</param>
/// <param name="Mean">Its mean over the seeds, in the unit of the values.</param>
/// <param name="Half">Half the width of its 95 % interval (Student's t over the seeds); NaN with one seed.</param>
public sealed record FactorialEffects(IReadOnlyList<int> Axes, double Mean, double Half)
{
    // Sums of equal values still differ in their last bits.
    private const double Rounding = 1e-12;

    /// <summary>Whether it is the same for every seed, so that there is no interval.</summary>
    public bool IsConstant => Half < Rounding;

    /// <summary>Whether 0 lies outside the interval.</summary>
    public bool IsSeen => !IsConstant && Math.Abs(Mean) > Half;

    /// <summary>All effects: those of single axes first, then of pairs, and so on.</summary>
    /// <param name="axes">How many axes there are.</param>
    /// <param name="values">[combination][seed]; the combinations in the order in which the last axis changes first.</param>
    /// <exception cref="ArgumentException">There are not 2^axes combinations, or they have different numbers of seeds.</exception>
    public static IReadOnlyList<FactorialEffects> Of(int axes, IReadOnlyList<IReadOnlyList<double>> values)
    {
        if (values.Count != 1 << axes || values.Any(v => v.Count != values[0].Count || v.Count == 0))
            throw new ArgumentException($"{axes} axes of two levels need {1 << axes} combinations of as many seeds each");
        int[][] sets = [.. Enumerable.Range(1, (1 << axes) - 1).Select(set => Enumerable.Range(0, axes).Where(a => (set >> (axes - 1 - a) & 1) == 1).ToArray())];
        return [.. sets.OrderBy(s => s.Length).ThenBy(s => string.Join(',', s.Select(a => (char)('a' + a))), StringComparer.Ordinal).Select(set => One(axes, set, values))];
    }

    private static FactorialEffects One(int axes, int[] set, IReadOnlyList<IReadOnlyList<double>> values)
    {
        double others = 1 << (axes - set.Length);
        double[] seeds = [.. Enumerable.Range(0, values[0].Count).Select(seed => Enumerable.Range(0, values.Count).Sum(c => Sign(c) * values[c][seed]) / others)];
        return new FactorialEffects(set, seeds.Average(), Summary.Of(seeds).HalfWidth(seeds.Length));

        int Sign(int combination) => set.Aggregate(1, (sign, axis) => (combination >> (axes - 1 - axis) & 1) == 1 ? sign : -sign);
    }
}
