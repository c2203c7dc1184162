using static TorchSharp.torch;

namespace KdCluster.Tests.Objectives;

/// <summary>Parts of networks on maps by loops over images [batch, channels, height, width].</summary>
internal static class MapLoops
{
    public static double[,,,] Linear(double[,,,] x, double[][] weight, double[]? bias) =>
        Of(x.GetLength(0), weight.Length, x.GetLength(2), (b, c, h, w) => weight[c].Select((v, i) => v * x[b, i, h, w]).Sum() + (bias?[c] ?? 0));

    /// <summary>Over the batch and the pixels of each channel.</summary>
    public static double[,,,] Normalised(double[,,,] x)
    {
        int batch = x.GetLength(0), side = x.GetLength(2), channels = x.GetLength(1);
        (double Mean, double Deviation)[] each = [.. Enumerable.Range(0, channels).Select(c =>
        {
            double[] all = [.. from b in Enumerable.Range(0, batch) from h in Enumerable.Range(0, side) from w in Enumerable.Range(0, side) select x[b, c, h, w]];
            double mean = all.Average();
            return (mean, Math.Sqrt(all.Average(v => (v - mean) * (v - mean)) + 1e-5));
        })];
        return Of(batch, channels, side, (b, c, h, w) => (x[b, c, h, w] - each[c].Mean) / each[c].Deviation);
    }

    public static double[,,,] Leaky(double[,,,] x) => Of(x.GetLength(0), x.GetLength(1), x.GetLength(2), (b, c, h, w) => x[b, c, h, w] < 0 ? 0.1 * x[b, c, h, w] : x[b, c, h, w]);

    /// <summary>Each pixel becomes a square.</summary>
    public static double[,,,] Enlarged(double[,,,] x, int side) => Of(x.GetLength(0), x.GetLength(1), side, (b, c, h, w) => x[b, c, h * x.GetLength(2) / side, w * x.GetLength(2) / side]);

    public static double[,,,] Fused(double[,,,] own, double[,,,] deeper, double[][] weight, double[] bias)
    {
        int channels = own.GetLength(1);
        return Of(own.GetLength(0), channels, own.GetLength(2), (b, c, h, w) => (own[b, c, h, w] * Share(0, b, h, w)) + (deeper[b, c, h, w] * Share(1, b, h, w)));

        double Share(int side, int b, int h, int w) => 1 / (1 + Math.Exp(-bias[side] - Enumerable.Range(0, 2 * channels).Sum(i => weight[side][i] * (i < channels ? own[b, i, h, w] : deeper[b, i - channels, h, w]))));
    }

    public static double[,,,] Convolved(double[,,,] x, Tensor weight)
    {
        int side = x.GetLength(2);
        return Of(x.GetLength(0), (int)weight.shape[0], side, (b, c, h, w) =>
        {
            double sum = 0;
            for (int i = 0; i < x.GetLength(1); i++)
                for (int dh = -1; dh <= 1; dh++)
                    for (int dw = -1; dw <= 1; dw++)
                        if (h + dh >= 0 && h + dh < side && w + dw >= 0 && w + dw < side)
                            sum += weight[c, i, dh + 1, dw + 1].item<double>() * x[b, i, h + dh, w + dw];
            return sum;
        });
    }

    /// <summary>At the whole size, and at 4, 2 and 1 where the map is larger.</summary>
    public static double Compared(double[,,,] a, double[,,,] t, int b)
    {
        double sum = Error(a, t), factor = 1, total = 1;
        foreach (int side in new[] { 4, 2, 1 }.Where(s => s < a.GetLength(2)))
        {
            factor /= 2;
            total += factor;
            sum += factor * Error(Averaged(a, side), Averaged(t, side));
        }

        return sum / total;

        double Error(double[,,,] p, double[,,,] q)
        {
            double error = 0;
            for (int c = 0; c < p.GetLength(1); c++)
                for (int h = 0; h < p.GetLength(2); h++)
                    for (int w = 0; w < p.GetLength(2); w++)
                        error += Math.Pow(p[b, c, h, w] - q[b, c, h, w], 2);
            return error / p.GetLength(1) / p.GetLength(2) / p.GetLength(2);
        }
    }

    // A part begins at ⌊i·n/s⌋ and ends before ⌈(i + 1)·n/s⌉.
    private static double[,,,] Averaged(double[,,,] x, int side)
    {
        int whole = x.GetLength(2);
        return Of(x.GetLength(0), x.GetLength(1), side, (b, c, h, w) => (from y in Part(h) from z in Part(w) select x[b, c, y, z]).Average());

        IEnumerable<int> Part(int i) => Enumerable.Range(i * whole / side, (((i + 1) * whole) + side - 1) / side - (i * whole / side));
    }

    private static double[,,,] Of(int batch, int channels, int side, Func<int, int, int, int, double> at)
    {
        var x = new double[batch, channels, side, side];
        for (int b = 0; b < batch; b++)
            for (int c = 0; c < channels; c++)
                for (int h = 0; h < side; h++)
                    for (int w = 0; w < side; w++)
                        x[b, c, h, w] = at(b, c, h, w);
        return x;
    }
}
