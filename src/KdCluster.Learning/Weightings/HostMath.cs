using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KdCluster.Learning.Weightings;

/// <summary>
/// The few vector operations that weightings do on the host: their arrays are too small for a call into libtorch to pay. System.Numerics.Tensors has softmax, logarithm
/// and dot product too. But its softmax overflows where a logit is above 88, and the others sum or round in another way: a policy would end with other last bits.
/// </summary>
internal static class HostMath
{
    /// <summary>softmax(z/T) of each row of <paramref name="width"/> numbers.</summary>
    public static void SoftmaxRows(ReadOnlySpan<float> logits, int width, float temperature, Span<float> result)
    {
        float scale = 1 / temperature;
        for (int at = 0; at < logits.Length; at += width)
        {
            Shift(logits.Slice(at, width), result.Slice(at, width), scale);
        }

        Exp(result[..logits.Length]);
        for (int at = 0; at < logits.Length; at += width)
        {
            Span<float> row = result.Slice(at, width);
            Scale(row, 1 / Sum(row));
        }
    }

    /// <summary>−log softmax(z)_y in nats.</summary>
    public static float CrossEntropy(ReadOnlySpan<float> logits, int label)
    {
        float highest = Highest(logits);
        float sum = 0;
        foreach (float z in logits)
            sum += MathF.Exp(z - highest);
        return MathF.Log(sum) - (logits[label] - highest);
    }

    /// <summary>log Σ exp(z/T) of each row of <paramref name="width"/> numbers.</summary>
    /// <param name="logits">Rows.</param>
    /// <param name="width">Numbers in a row.</param>
    /// <param name="temperature">T.</param>
    /// <param name="scratch">As many numbers; left with exp((z − highest)/T).</param>
    /// <param name="result">One number a row.</param>
    public static void LogSumExpRows(ReadOnlySpan<float> logits, int width, float temperature, Span<float> scratch, Span<float> result)
    {
        float scale = 1 / temperature;
        for (int at = 0, row = 0; at < logits.Length; at += width, row++)
        {
            result[row] = Shift(logits.Slice(at, width), scratch.Slice(at, width), scale);
        }

        Exp(scratch[..logits.Length]);
        for (int at = 0, row = 0; at < logits.Length; at += width, row++)
        {
            result[row] = MathF.Log(Sum(scratch.Slice(at, width))) + (result[row] * scale);
        }
    }

    /// <summary>log max(x, 10^-37): finite where a probability has become 0.</summary>
    public static void LogOf(ReadOnlySpan<float> numbers, Span<float> result)
    {
        const float Least = 1e-37f;
        var wide = MemoryMarshal.Cast<float, Vector<float>>(numbers);
        var wideResult = MemoryMarshal.Cast<float, Vector<float>>(result);
        var least = new Vector<float>(Least);
        for (int i = 0; i < wide.Length; i++)
            wideResult[i] = Vector.Log(Vector.Max(wide[i], least));
        for (int i = wide.Length * Vector<float>.Count; i < numbers.Length; i++)
            result[i] = MathF.Log(MathF.Max(numbers[i], Least));
    }

    /// <summary>Σ x·y.</summary>
    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var wideX = MemoryMarshal.Cast<float, Vector<float>>(x);
        var wideY = MemoryMarshal.Cast<float, Vector<float>>(y)[..wideX.Length];
        // Two sums, because each waits for the addition before.
        Vector<float> even = Vector<float>.Zero, odd = Vector<float>.Zero;
        int i = 0;
        for (; i + 1 < wideX.Length; i += 2)
        {
            even += wideX[i] * wideY[i];
            odd += wideX[i + 1] * wideY[i + 1];
        }

        if (i < wideX.Length)
            even += wideX[i] * wideY[i];
        float sum = Vector.Sum(even + odd);
        for (i = wideX.Length * Vector<float>.Count; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    /// <summary>sum ← sum + factor·x.</summary>
    public static void AddScaled(Span<float> sum, float factor, ReadOnlySpan<float> x)
    {
        Span<float> part = sum[..x.Length];
        TensorPrimitives.MultiplyAdd(x, factor, part, part);
    }

    // Rows are short: four numbers at a time, and the last four of a row once more rather than one after another.
    private static float Highest(ReadOnlySpan<float> row)
    {
        if (row.Length < Vector128<float>.Count)
        {
            float highest = row[0];
            foreach (float z in row)
                highest = z > highest ? z : highest;
            return highest;
        }

        var best = Vector128.Create(row[^Vector128<float>.Count..]);
        foreach (var part in MemoryMarshal.Cast<float, Vector128<float>>(row))
            best = Vector128.MaxNative(best, part);
        best = Vector128.MaxNative(best, Vector128.Shuffle(best, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(best, Vector128.Shuffle(best, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    private static float Sum(ReadOnlySpan<float> row)
    {
        var sums = Vector128<float>.Zero;
        foreach (var part in MemoryMarshal.Cast<float, Vector128<float>>(row))
            sums += part;
        float sum = Vector128.Sum(sums);
        foreach (float rest in row[^(row.Length % Vector128<float>.Count)..])
            sum += rest;
        return sum;
    }

    // Gives the highest of the row, and (z − highest)·scale for each.
    private static float Shift(ReadOnlySpan<float> row, Span<float> shifted, float scale)
    {
        float highest = Highest(row);
        var wide = MemoryMarshal.Cast<float, Vector128<float>>(row);
        var wideShifted = MemoryMarshal.Cast<float, Vector128<float>>(shifted);
        var top = Vector128.Create(highest);
        for (int i = 0; i < wide.Length; i++)
            wideShifted[i] = (wide[i] - top) * scale;
        for (int c = wide.Length * Vector128<float>.Count; c < row.Length; c++)
            shifted[c] = (row[c] - highest) * scale;
        return highest;
    }

    private static void Scale(Span<float> row, float factor)
    {
        var wide = MemoryMarshal.Cast<float, Vector128<float>>(row);
        for (int i = 0; i < wide.Length; i++)
            wide[i] *= factor;
        for (int c = wide.Length * Vector128<float>.Count; c < row.Length; c++)
            row[c] *= factor;
    }

    private static void Exp(Span<float> numbers)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(numbers);
        for (int i = 0; i < wide.Length; i++)
            wide[i] = Vector.Exp(wide[i]);
        for (int i = wide.Length * Vector<float>.Count; i < numbers.Length; i++)
            numbers[i] = MathF.Exp(numbers[i]);
    }
}
