using KdCluster.SoftTargets;

namespace KdCluster.Learning.Weightings;

/// <summary>
/// The policy's state of one batch: F_k(x) = [R(x); p_k(x); CE_k(x, y)], arXiv 2012.06048 [S]. R(x) is scaled to length 1 and CE_k is cut at
/// <see cref="LargestLoss"/>, so that one learning rate serves teachers of any width and confidence.
/// </summary>
internal sealed class PolicyFeatures(int teachers, int classes, int embedding)
{
    public const float LargestLoss = 5;

    private float[] _probabilities = [];

    public int Width { get; } = embedding + classes + 1;

    public int Count { get; private set; }

    /// <summary>[batch, teachers, width] flattened.</summary>
    public float[] Values { get; private set; } = [];

    public ReadOnlySpan<float> Of(int instance, int teacher) => Values.AsSpan(((instance * teachers) + teacher) * Width, Width);

    public void Read(SoftTargetBatch targets, int[] labels)
    {
        int batch = Count = labels.Length;
        if (Values.Length < batch * teachers * Width)
        {
            Values = new float[batch * teachers * Width];
            _probabilities = new float[batch * teachers * classes];
        }

        HostMath.SoftmaxRows(targets.Logits, classes, 1, _probabilities);
        for (int i = 0; i < batch; i++)
        {
            var shared = targets.Embedding.AsSpan(i * embedding, embedding);
            float length = MathF.Sqrt(HostMath.Dot(shared, shared));
            for (int k = 0; k < teachers; k++)
            {
                var row = Values.AsSpan(((i * teachers) + k) * Width, Width);
                row[..embedding].Clear();
                if (length > 0)
                    HostMath.AddScaled(row[..embedding], 1 / length, shared);
                var p = _probabilities.AsSpan(((k * batch) + i) * classes, classes);
                p.CopyTo(row[embedding..]);
                row[^1] = MathF.Min(-MathF.Log(MathF.Max(p[labels[i]], float.Epsilon)), LargestLoss);
            }
        }
    }
}
