namespace KdCluster.Tests.Objectives;

/// <summary>The losses on layers of one instance, by loops over its tokens: [layers][tokens][width], of attention [layers][heads × tokens][tokens].</summary>
internal static class LayerLoops
{
    public static double Of(string loss, double[][][] s, double[][][] t) => loss switch
    {
        "hidden-mse" => OverLayers(s, t, (a, b) => Mean(a.Length, i => Mean(a[i].Length, w => Square(a[i][w] - b[i][w])))),
        "hidden-cosine" => OverLayers(s, t, (a, b) => Mean(a.Length, i => 1 - Cosine(a[i], b[i]))),
        "patient" => OverLayers(s, t, (a, b) => Enumerable.Range(0, a[0].Length).Sum(w => Square((a[0][w] / Norm(a[0])) - (b[0][w] / Norm(b[0]))))),
        "fsp" => Mean(s.Length - 1, m => Mean(s[0][0].Length, x => Mean(s[0][0].Length, y => Square(Flow(s, m, x, y) - Flow(t, m, x, y))))),
        "token-gram" => OverLayers(s, t, (a, b) => Mean(a.Length, i => Mean(a.Length, j => Square((Dot(a[i], a[j]) / a[i].Length) - (Dot(b[i], b[j]) / b[i].Length))))),
        "word-relation" => OverLayers(s, t, (a, b) => Enumerable.Range(0, a.Length).Sum(i => Divergence(Others(b, i), Others(a, i))) / Square(a.Length)),
        "word-angle" => WordAngle(s, t, 21),
        "layer-relation" => Mean(s[0].Length, i => Enumerable.Range(0, s.Length).Sum(m => Divergence(Others(Through(t, i), m), Others(Through(s, i), m))) / Square(s.Length)),
        "layer-angle" => Mean(s[0].Length, i => Mean(s.Length, m => Mean(s.Length, n => Mean(s.Length, o => Square(Angle(Through(s, i), m, n, o) - Angle(Through(t, i), m, n, o)))))),
        "attention-mse" => OverLayers(s, t, (a, b) => Mean(a.Length, i => Mean(a[i].Length, j => Square(a[i][j] - b[i][j])))),
        "attention-ce" => OverLayers(s, t, (a, b) => Mean(a.Length, i => -Softmax(b[i]).Zip(Softmax(a[i]), (p, q) => p * Math.Log(q)).Sum())),
        "map-mse" => OverLayers(s, t, (a, b) => Mean(a.Length, i => Mean(a[i].Length, w => Square(a[i][w] - b[i][w])))),
        "map-affinity" => OverLayers(s, t, (a, b) => Mean(a.Length, i => Mean(a.Length, j => Square(Cosine(a[i], a[j]) - Cosine(b[i], b[j]))))),
        "attention-transfer" => OverLayers(s, t, (a, b) => Strength(a).Zip(Strength(b), (x, y) => Square(x - y)).Average()),
        "nst" or "map-nst" => OverLayers(s, t, (a, b) => Kernel(a, a) - (2 * Kernel(a, b)) + Kernel(b, b)),
        "map-fsp" => Mean(s.Length - 1, m => Enumerable.Range(0, s[0][0].Length).Sum(y => Norm([.. Enumerable.Range(0, s[0][0].Length).Select(x => Flow(s, m, x, y) - Flow(t, m, x, y))]))),
        "channel-similarity" => OverLayers(s, t, (a, b) => Mean(a[0].Length, c => Enumerable.Range(0, a[0].Length).Sum(d => Square(Unit(Products(Channels(a), c))[d] - Unit(Products(Channels(b), c))[d])))),
        "channel-affinity" => OverLayers(s, t, (a, b) => Enumerable.Range(0, a[0].Length).Sum(c => Norm([.. Outer(Unit(Channels(a)[c])).Zip(Outer(Unit(Channels(b)[c])), (x, y) => x - y)]) / a.Length)),
        "channel-correlation" => OverLayers(s, t, (a, b) => Mean(a.Length, i => 1 - Correlation(a[i], b[i]))),
        "spatial-correlation" => OverLayers(s, t, (a, b) => 1 - Correlation([.. a.Select(p => p.Sum())], [.. b.Select(p => p.Sum())])),
        _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, null),
    };

    /// <summary>The losses of a batch's embeddings, [batch][width], of each instance.</summary>
    public static double[] OfBatch(string loss, double[][] s, double[][] t)
    {
        int batch = s.Length;
        double[][] both = [.. s, .. t];
        Func<int, double> of = loss switch
        {
            "cckd" => i => Mean(batch, j => Square(Series(Cosine(s[i], s[j])) - Series(Cosine(t[i], t[j])))),
            "cckd-bilinear" => i => Mean(batch, j => Square(Cosine(s[i], s[j]) - Cosine(t[i], t[j]))),
            "srd" => _ => Math.Log(1e-8 + Enumerable.Range(0, s[0].Length).Sum(w => Normalised(s, w).Zip(Normalised(t, w), (a, b) => Math.Pow(a - b, 4)).Sum())),
            "contrast" => i => (Counterpart(i, i + batch) + Counterpart(i + batch, i)) / 2,
            "paired-hinge" => i => Math.Max(0, 1 - Cosine(s[i], t[i]) + Cosine(s[i], t[(i + (batch / 2)) % batch])),
            _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, null),
        };
        return [.. Enumerable.Range(0, batch).Select(of)];

        double Counterpart(int i, int j) => -Math.Log(Math.Exp(Cosine(both[i], both[j])) / Enumerable.Range(0, both.Length).Where(k => k != i).Sum(k => Math.Exp(Cosine(both[i], both[k]))));
    }

    public static double WordAngle(double[][][] s, double[][][] t, int window) => OverLayers(s, t, (a, b) =>
    {
        var cells = (from i in Enumerable.Range(0, a.Length)
                     from j in Enumerable.Range(0, a.Length)
                     from k in Enumerable.Range(0, a.Length)
                     where Math.Abs(j - i) <= window / 2 && Math.Abs(k - i) <= window / 2
                     select Square(Angle(a, i, j, k) - Angle(b, i, j, k))).ToArray();
        return cells.Average();
    });

    private static double OverLayers(double[][][] s, double[][][] t, Func<double[][], double[][], double> of) => Mean(s.Length, m => of(s[m], t[m]));

    private static double Mean(int count, Func<int, double> of) => Enumerable.Range(0, count).Average(of);

    private static double Square(double x) => x * x;

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    // exp(−2γ)·(1 + 2γx + (2γx)²/2), γ 0.4
    private static double Series(double x) => Math.Exp(-0.8) * (1 + (0.8 * x) + (0.32 * x * x));

    private static double[] Normalised(double[][] rows, int w)
    {
        double mean = rows.Average(r => r[w]), deviation = Math.Sqrt(rows.Average(r => Square(r[w] - mean)) + 1e-5);
        return [.. rows.Select(r => (r[w] - mean) / deviation)];
    }

    // Channels are columns.
    private static double[][] Channels(double[][] rows) => [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Select(r => r[c]).ToArray())];

    private static double Kernel(double[][] a, double[][] b) => Channels(a).Average(x => Channels(b).Average(y => Square(Cosine(x, y))));

    private static double[] Products(double[][] vectors, int i) => [.. vectors.Select(v => Dot(vectors[i], v))];

    private static double[] Unit(double[] a) => [.. a.Select(x => x / Norm(a))];

    private static double[] Outer(double[] a) => [.. a.SelectMany(x => a.Select(y => x * y))];

    private static double Correlation(double[] a, double[] b) => Cosine([.. a.Select(x => x - a.Average())], [.. b.Select(x => x - b.Average())]);

    private static double Norm(double[] a) => Math.Sqrt(Dot(a, a));

    private static double Cosine(double[] a, double[] b) => Norm(a) * Norm(b) is var size && size == 0 ? 0 : Dot(a, b) / size;

    private static double Flow(double[][][] states, int m, int x, int y) => Mean(states[m].Length, i => states[m][i][x] * states[m + 1][i][y]);

    private static double[][] Through(double[][][] states, int token) => [.. states.Select(layer => layer[token])];

    private static double[] Others(double[][] vectors, int i) => Softmax([.. Enumerable.Range(0, vectors.Length).Where(j => j != i).Select(j => Cosine(vectors[i], vectors[j]))]);

    private static double Angle(double[][] v, int i, int j, int k) => Cosine([.. v[i].Zip(v[j], (x, y) => x - y)], [.. v[i].Zip(v[k], (x, y) => x - y)]);

    private static double[] Strength(double[][] pixels)
    {
        double[] strong = [.. pixels.Select(p => Dot(p, p) / p.Length)];
        return [.. strong.Select(x => x / Norm(strong))];
    }

    private static double[] Softmax(double[] x) => [.. x.Select(v => Math.Exp(v) / x.Sum(Math.Exp))];

    private static double Divergence(double[] p, double[] q) => p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum();
}
