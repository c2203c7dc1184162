using System.Numerics;
using System.Runtime.InteropServices;

namespace KdCluster.Learning.Training;

/// <summary>
/// One pass over host memory where a chain of tensor operators would take six: the step is bound by memory traffic. Elementwise, so the result does
/// not depend on how the work is cut into chunks or threads.
/// </summary>
internal static class AdamKernel
{
    public static void Apply(Span<float> weights, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, in AdamStep step)
    {
        var w = MemoryMarshal.Cast<float, Vector<float>>(weights);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        var m = MemoryMarshal.Cast<float, Vector<float>>(first);
        var v = MemoryMarshal.Cast<float, Vector<float>>(second);
        var scale = new Vector<float>(step.GradientScale);
        var coupled = new Vector<float>(step.Coupled);
        var shrink = new Vector<float>(step.Shrink);
        var beta1 = new Vector<float>(step.Beta1);
        var beta2 = new Vector<float>(step.Beta2);
        var new1 = new Vector<float>(1 - step.Beta1);
        var new2 = new Vector<float>(1 - step.Beta2);
        var rate = new Vector<float>(step.Rate);
        var root = new Vector<float>(1 / step.RootCorrection);
        var epsilon = new Vector<float>(step.Epsilon);
        for (int i = 0; i < w.Length; i++)
        {
            var weight = w[i];
            var gradient = (g[i] * scale) + (coupled * weight);
            var mean = m[i] = (beta1 * m[i]) + (new1 * gradient);
            var square = v[i] = (beta2 * v[i]) + (new2 * gradient * gradient);
            w[i] = (weight * shrink) - (rate * mean / ((Vector.SquareRoot(square) * root) + epsilon));
        }

        for (int i = w.Length * Vector<float>.Count; i < weights.Length; i++)
        {
            float weight = weights[i];
            float gradient = (gradients[i] * step.GradientScale) + (step.Coupled * weight);
            float mean = first[i] = (step.Beta1 * first[i]) + ((1 - step.Beta1) * gradient);
            float square = second[i] = (step.Beta2 * second[i]) + ((1 - step.Beta2) * gradient * gradient);
            weights[i] = (weight * step.Shrink) - (step.Rate * mean / ((MathF.Sqrt(square) * (1 / step.RootCorrection)) + step.Epsilon));
        }
    }

    /// <summary>Σ g², in double precision across vectors of chunks, in a fixed order.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> gradients)
    {
        const int block = 1024;
        double total = 0;
        for (int at = 0; at < gradients.Length; at += block)
        {
            var part = gradients.Slice(at, Math.Min(block, gradients.Length - at));
            var wide = MemoryMarshal.Cast<float, Vector<float>>(part);
            var sums = Vector<float>.Zero;
            for (int i = 0; i < wide.Length; i++)
                sums += wide[i] * wide[i];
            total += Vector.Sum(sums);
            for (int i = wide.Length * Vector<float>.Count; i < part.Length; i++)
                total += (double)part[i] * part[i];
        }

        return total;
    }
}
