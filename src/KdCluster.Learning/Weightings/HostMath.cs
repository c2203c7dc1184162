using System.Numerics;
using System.Runtime.InteropServices;

namespace KdCluster.Learning.Weightings;

/// <summary>The few vector operations that weightings do on the host: their arrays are too small for a call into libtorch to pay.</summary>
internal static class HostMath
{
    /// <summary>softmax(z/T) of each row of <paramref name="width"/> numbers.</summary>
    public static void SoftmaxRows(ReadOnlySpan<float> logits, int width, float temperature, Span<float> result)
    {
        float scale = 1 / temperature;
        for (int at = 0; at < logits.Length; at += width)
        {
            float highest = Highest(logits.Slice(at, width));
            for (int c = 0; c < width; c++)
                result[at + c] = (logits[at + c] - highest) * scale;
        }

        Exp(result[..logits.Length]);
        for (int at = 0; at < logits.Length; at += width)
        {
            Span<float> row = result.Slice(at, width);
            float sum = 0;
            foreach (float e in row)
                sum += e;
            float inverse = 1 / sum;
            for (int c = 0; c < width; c++)
                row[c] *= inverse;
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
            float highest = result[row] = Highest(logits.Slice(at, width));
            for (int c = 0; c < width; c++)
                scratch[at + c] = (logits[at + c] - highest) * scale;
        }

        Exp(scratch[..logits.Length]);
        for (int at = 0, row = 0; at < logits.Length; at += width, row++)
        {
            float sum = 0;
            foreach (float e in scratch.Slice(at, width))
                sum += e;
            result[row] = MathF.Log(sum) + (result[row] * scale);
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
        var wideY = MemoryMarshal.Cast<float, Vector<float>>(y);
        var sums = Vector<float>.Zero;
        for (int i = 0; i < wideX.Length; i++)
            sums += wideX[i] * wideY[i];
        float sum = Vector.Sum(sums);
        for (int i = wideX.Length * Vector<float>.Count; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    /// <summary>sum ← sum + factor·x.</summary>
    public static void AddScaled(Span<float> sum, float factor, ReadOnlySpan<float> x)
    {
        var wideX = MemoryMarshal.Cast<float, Vector<float>>(x);
        var wideSum = MemoryMarshal.Cast<float, Vector<float>>(sum);
        var factors = new Vector<float>(factor);
        for (int i = 0; i < wideX.Length; i++)
            wideSum[i] += factors * wideX[i];
        for (int i = wideX.Length * Vector<float>.Count; i < x.Length; i++)
            sum[i] += factor * x[i];
    }

    /// <summary>Whether no number is NaN or infinite.</summary>
    public static bool AllFinite(ReadOnlySpan<float> x)
    {
        // x·0 is 0 for every finite x and NaN for the rest.
        var wide = MemoryMarshal.Cast<float, Vector<float>>(x);
        var sums = Vector<float>.Zero;
        for (int i = 0; i < wide.Length; i++)
            sums += wide[i] * Vector<float>.Zero;
        float sum = Vector.Sum(sums);
        for (int i = wide.Length * Vector<float>.Count; i < x.Length; i++)
            sum += x[i] * 0;
        return sum == 0;
    }

    private static float Highest(ReadOnlySpan<float> row)
    {
        float highest = row[0];
        foreach (float z in row)
            highest = z > highest ? z : highest;
        return highest;
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
