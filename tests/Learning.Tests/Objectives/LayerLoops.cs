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
        _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, null),
    };

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
