using System.Numerics;
using System.Runtime.InteropServices;

namespace KdCluster.SoftTargets;

/// <summary>Finds numbers that must not be kept.</summary>
internal static class FiniteScan
{
    /// <summary>Index of the first number whose magnitude is not below the limit (NaN never is), or -1.</summary>
    public static int FirstNotBelow(ReadOnlySpan<float> numbers, float limit)
    {
        int i = 0;
        var bound = new Vector<float>(limit);
        foreach (Vector<float> v in MemoryMarshal.Cast<float, Vector<float>>(numbers))
        {
            if (!Vector.LessThanAll(Vector.Abs(v), bound))
                break;
            i += Vector<float>.Count;
        }

        for (; i < numbers.Length; i++)
        {
            if (!(MathF.Abs(numbers[i]) < limit))
                return i;
        }

        return -1;
    }
}
