using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Learning.Torch;

/// <summary>
/// Random masks that are computed on the device: element i is a function of a key and i, SplitMix64's (Steele, Lea, Flood 2014). TorchSharp 0.107 makes random generators for
/// the processor only, even for another device, and what draws from one for another device reads memory that is not there.
/// </summary>
internal static class CounterMask
{
    private const long Gamma = unchecked((long)0x9e3779b97f4a7c15), First = unchecked((long)0xbf58476d1ce4e5b9), Second = unchecked((long)0x94d049bb133111eb);

    /// <param name="shape">The mask's.</param>
    /// <param name="share">Probability of true, below 1.</param>
    /// <param name="key">Another key gives another mask.</param>
    /// <param name="device">Where it is computed and stays.</param>
    /// <returns>bool [shape]; the caller's scope owns it.</returns>
    public static Tensor Of(long[] shape, double share, long key, Device device)
    {
        using var scope = NewDisposeScope();
        using Scalar gamma = Gamma, start = key, none = 0, one = 1, count = shape.Aggregate(1L, (a, b) => a * b), first = First, second = Second, end = (long)((share - 0.5) * Math.Pow(2, 64));
        Tensor bits = arange(none, count, one, ScalarType.Int64, device).mul_(gamma).add_(start, one);
        XorShifted(bits, 30).mul_(first);
        XorShifted(bits, 27).mul_(second);
        return bits.lt(end).view(shape).MoveToOuterDisposeScope();
    }

    // bits ^= bits >>> by. A shift of signed numbers brings copies of the sign, which are cut off.
    private static Tensor XorShifted(Tensor bits, int by)
    {
        using Tensor shift = tensor((long)by), low = tensor(long.MaxValue >> (by - 1)), shifted = bits.bitwise_right_shift(shift);
        return bits.bitwise_xor_(shifted.bitwise_and_(low));
    }
}
