namespace KdCluster.Learning.Weightings;

/// <summary>Reads named arrays strictly: a checkpoint of another shape is refused rather than half taken.</summary>
internal static class StateArrays
{
    public static void Read(IReadOnlyDictionary<string, double[]> state, string name, Span<double> into)
    {
        if (!state.TryGetValue(name, out double[]? found))
            throw new InvalidDataException($"the weighting's state lacks '{name}'");
        if (found.Length != into.Length)
            throw new InvalidDataException($"the weighting's state holds {found.Length} numbers in '{name}', not {into.Length}");
        found.CopyTo(into);
    }

    public static void Read(IReadOnlyDictionary<string, double[]> state, string name, Span<float> into)
    {
        var wide = new double[into.Length];
        Read(state, name, wide);
        for (int i = 0; i < wide.Length; i++)
            into[i] = (float)wide[i];
    }

    public static double Read(IReadOnlyDictionary<string, double[]> state, string name)
    {
        Span<double> one = stackalloc double[1];
        Read(state, name, one);
        return one[0];
    }

    public static double[] Widen(ReadOnlySpan<float> numbers)
    {
        var wide = new double[numbers.Length];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = numbers[i];
        return wide;
    }
}
