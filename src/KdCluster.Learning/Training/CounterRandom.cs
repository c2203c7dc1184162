namespace KdCluster.Learning.Training;

/// <summary>
/// Random numbers as a pure function of where they are used: (seed, stream, a, b) always gives the same number, on every machine and
/// .NET version, so that a resumed run needs no saved random state. SplitMix64's finaliser (Steele, Lea and Flood, OOPSLA 2014) is
/// applied after each word.
/// </summary>
public static class CounterRandom
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>64 random bits.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">What the number is for; see <see cref="RandomStream"/>.</param>
    /// <param name="a">First coordinate, such as an epoch or a step.</param>
    /// <param name="b">Second coordinate, such as a row.</param>
    public static ulong Bits(long seed, RandomStream stream, long a, long b = 0)
    {
        ulong state = Mix((ulong)seed + Gamma);
        state = Mix(state ^ ((ulong)stream + Gamma));
        state = Mix(state + ((ulong)a * Gamma) + 1);
        return Mix(state + ((ulong)b * Gamma) + 1);
    }

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public static double Unit(long seed, RandomStream stream, long a, long b = 0) => (Bits(seed, stream, a, b) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number in [0, <paramref name="bound"/>); the bias is below bound / 2^64.</summary>
    public static int Below(int bound, long seed, RandomStream stream, long a, long b = 0) =>
        (int)Math.BigMul(Bits(seed, stream, a, b), (ulong)bound, out _);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
