using KdCluster.Learning.Data;
using KdCluster.Weightings;

namespace KdCluster.Learning.Weightings;

/// <summary>
/// The policy's state of one batch: F_k(x) = [R(x); p_k(x); CE_k(x, y)], arXiv 2012.06048 [S]. R(x) is scaled to length 1 and CE_k is cut at
/// <see cref="LargestLoss"/>, so that one learning rate serves teachers of any width and confidence. Of an instance without a label y is what the teachers say on average: CE_k = −Σ_c p̄_c·log p_k(c), p̄ = mean_k p_k.
/// </summary>
/// <param name="teachers">Number of teachers.</param>
/// <param name="classes">Number of classes.</param>
/// <param name="embedding">Width of R(x).</param>
/// <param name="gap">What is seen of the student beside; null: nothing.</param>
internal sealed class PolicyFeatures(int teachers, int classes, int embedding, StudentGap? gap = null)
{
    public const float LargestLoss = 5;

    private readonly int _stride = embedding + classes + (gap?.Width ?? 0) + 2;
    private float[] _probabilities = [];

    public int Width { get; } = embedding + classes + (gap?.Width ?? 0) + 1;

    public int Count { get; private set; }

    /// <summary>[batch, teachers, width + 1] flattened: the last is 1, for the policy's constant.</summary>
    public float[] Values { get; private set; } = [];

    /// <summary>F_k of one instance, then 1: [width + 1].</summary>
    public ReadOnlySpan<float> Of(int instance, int teacher) => Values.AsSpan(((instance * teachers) + teacher) * _stride, _stride);

    public void Read(PolicyBatch batch)
    {
        int[] labels = batch.Labels;
        int count = Count = labels.Length;
        if (Values.Length < count * teachers * _stride)
        {
            Values = new float[count * teachers * _stride];
            _probabilities = new float[count * teachers * classes];
        }

        HostMath.SoftmaxRows(batch.TeacherLogits, classes, 1, _probabilities);
        gap?.Read(batch);
        for (int i = 0; i < count; i++)
        {
            Span<float> rows = Values.AsSpan(i * teachers * _stride, teachers * _stride);
            var shared = batch.Embedding.AsSpan(i * embedding, embedding);
            float length = MathF.Sqrt(HostMath.Dot(shared, shared));
            rows[..embedding].Clear();
            if (length > 0)
                HostMath.AddScaled(rows[..embedding], 1 / length, shared);
            for (int k = 0; k < teachers; k++)
            {
                var row = rows.Slice(k * _stride, _stride);
                if (k > 0)
                    rows[..embedding].CopyTo(row);
                var p = _probabilities.AsSpan(((k * count) + i) * classes, classes);
                p.CopyTo(row[embedding..]);
                gap?.Write(i, k, row[(embedding + classes)..^2]);
                row[^2] = MathF.Min(labels[i] == EncodedSplit.NoLabel ? Consensus(p, i, count) : -MathF.Log(MathF.Max(p[labels[i]], float.Epsilon)), LargestLoss);
                row[^1] = 1;
            }
        }
    }

    // −Σ_c p̄_c·log p_k(c)
    private float Consensus(ReadOnlySpan<float> p, int instance, int count)
    {
        float sum = 0;
        for (int c = 0; c < classes; c++)
        {
            float mean = 0;
            for (int k = 0; k < teachers; k++)
                mean += _probabilities[(((k * count) + instance) * classes) + c] / teachers;
            sum -= mean * MathF.Log(MathF.Max(p[c], float.Epsilon));
        }

        return sum;
    }
}
