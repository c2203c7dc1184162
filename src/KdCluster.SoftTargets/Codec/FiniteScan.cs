using System.Numerics.Tensors;

namespace KdCluster.SoftTargets;

/// <summary>Finds numbers that must not be kept.</summary>
internal static class FiniteScan
{
    /// <summary>Index of the first number whose magnitude is not below the limit (NaN never is), or -1.</summary>
    public static int FirstNotBelow(ReadOnlySpan<float> numbers, float limit)
    {
        // Of numbers with a NaN among them it is NaN.
        if (numbers.IsEmpty || MathF.Abs(TensorPrimitives.MaxMagnitude(numbers)) < limit)
            return -1;
        int i = 0;
        while (MathF.Abs(numbers[i]) < limit)
            i++;
        return i;
    }
}
