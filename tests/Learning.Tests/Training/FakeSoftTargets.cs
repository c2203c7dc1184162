using KdCluster.Learning.Data;
using KdCluster.Learning.Text;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Tests.Training;

/// <summary>Teachers that are functions of the row number; everything is there at once.</summary>
internal sealed class FakeSoftTargets(int teachers, int width, Tokenizer? tokenizer, LabelSpace labels, Func<int, int, float[]> logits, Func<int, float[]> embedding) : ISoftTargetSource
{
    /// <summary>Throws instead of giving the batch of that number, counted from 0 over all streams.</summary>
    public int FailAt { get; init; } = int.MaxValue;

    public int Taken { get; private set; }

    public IReadOnlyList<TeacherDescription> Teachers { get; init; } = [.. Enumerable.Range(0, teachers).Select(k => new TeacherDescription(
        $"teacher-{k}", "bag-of-embeddings", 1000, labels.Names, labels.Hash, tokenizer?.Hash ?? "", tokenizer?.MaxLength ?? 0, [], double.NaN))];

    /// <summary>What they say beyond the logits of a batch's rows.</summary>
    public Func<int[], IReadOnlyList<OutputRows>> Outputs { get; init; } = _ => [];

    public int EmbeddingWidth => width;

    public ISoftTargetStream Open(IEnumerable<int[]> batches, CancellationToken cancellationToken) => new Stream(this, batches.GetEnumerator());

    private SoftTargetBatch Make(int[] rows)
    {
        if (Taken++ == FailAt)
            throw new KdException("KD1306", "the teacher is not reachable.");
        return new SoftTargetBatch
        {
            Instances = rows,
            Logits = [.. Enumerable.Range(0, teachers).SelectMany(k => rows.SelectMany(r => logits(k, r)))],
            Embedding = [.. rows.SelectMany(embedding)],
            Outputs = Outputs(rows),
            StoreHits = rows.Length * (teachers - 1),
            TeacherRows = rows.Length,
        };
    }

    private sealed class Stream(FakeSoftTargets source, IEnumerator<int[]> batches) : ISoftTargetStream
    {
        public TimeSpan Stall => TimeSpan.Zero;

        public SoftTargetBatch Take() => batches.MoveNext() ? source.Make(batches.Current) : throw new InvalidOperationException("no batch is left");

        public void Dispose() => batches.Dispose();
    }
}
