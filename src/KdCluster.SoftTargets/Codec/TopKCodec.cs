using System.Buffers.Binary;

namespace KdCluster.SoftTargets;

/// <summary>
/// The k largest logits of a row, as index (u32) and value (f16), largest first, then the probability mass of all others at
/// temperature 1 (f32).
/// </summary>
/// <remarks>
/// Decoding to logits gives each class not kept the same share of that mass: with Z = sum of exp(kept) / (1 - mass) they get
/// log(mass · Z / (width - k)). A mass below 1e-12 counts as 1e-12, so that every logit is finite.
/// </remarks>
public static class TopKCodec
{
    private const double LeastMass = 1e-12;

    /// <summary>The entries of one encoded row.</summary>
    /// <param name="row">(6 · k) + 4 bytes.</param>
    /// <param name="indices">k class numbers, most likely first.</param>
    /// <param name="values">Their k raw logits.</param>
    /// <returns>The probability mass of all other classes, 0 to 1.</returns>
    public static float Read(ReadOnlySpan<byte> row, Span<int> indices, Span<float> values)
    {
        int k = (row.Length - 4) / 6;
        for (int i = 0; i < k; i++)
        {
            indices[i] = BinaryPrimitives.ReadInt32LittleEndian(row[(6 * i)..]);
            values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(row[((6 * i) + 4)..]);
        }

        return BinaryPrimitives.ReadSingleLittleEndian(row[(6 * k)..]);
    }

    internal static void Encode(ReadOnlySpan<float> logits, int k, Span<byte> row)
    {
        int[] order = new int[logits.Length];
        float[] descending = new float[logits.Length];
        double total = 0;
        float largest = float.NegativeInfinity;
        foreach (float x in logits)
            largest = MathF.Max(largest, x);
        for (int i = 0; i < logits.Length; i++)
        {
            order[i] = i;
            descending[i] = -logits[i];
            total += Math.Exp(logits[i] - largest);
        }

        // Equal logits keep class order, so that a row has one encoding.
        Array.Sort(order, (a, b) => descending[a] != descending[b] ? descending[a].CompareTo(descending[b]) : a.CompareTo(b));
        for (int i = 0; i < k; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(row[(6 * i)..], order[i]);
            BinaryPrimitives.WriteHalfLittleEndian(row[((6 * i) + 4)..], (Half)logits[order[i]]);
        }

        double rest = 0;
        for (int i = k; i < order.Length; i++)
            rest += Math.Exp(logits[order[i]] - largest);
        BinaryPrimitives.WriteSingleLittleEndian(row[(6 * k)..], (float)(rest / total));
    }

    internal static void Decode(ReadOnlySpan<byte> row, Span<float> logits)
    {
        int k = (row.Length - 4) / 6;
        Span<int> indices = k <= 256 ? stackalloc int[k] : new int[k];
        Span<float> values = k <= 256 ? stackalloc float[k] : new float[k];
        double mass = Math.Clamp((double)Read(row, indices, values), LeastMass, 1 - LeastMass);
        if (k < logits.Length)
        {
            double kept = 0;
            foreach (float v in values)
                kept += Math.Exp(v - values[0]);
            logits.Fill((float)(values[0] + Math.Log(mass / (1 - mass) * kept / (logits.Length - k))));
        }

        for (int i = 0; i < k; i++)
            logits[indices[i]] = values[i];
    }
}
