using KdCluster.Instances;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Bench;

/// <summary>Teachers whose answers are all in a store: one that is asked anyway is a defect of the bench.</summary>
internal static class KeptTeachers
{
    public const int Count = 5;
    public const int EmbeddingWidth = 128;

    /// <summary>Fills a store with made-up logits of every teacher, and the first one's embedding.</summary>
    public static async Task<IReadOnlyList<ITeacherClient>> FillAsync(ISoftTargetStore store, BenchTask task, IReadOnlyList<InstanceView> inputs, CancellationToken cancellationToken)
    {
        InstanceFingerprint[] keys = Fingerprints.Instances(inputs);
        var random = new Random(7);
        ITeacherClient[] teachers = [.. Enumerable.Range(0, Count).Select(k => new Kept(Describe(k, task), store.Id))];
        foreach (SoftTargetSet set in teachers.SelectMany(t => t.Description.Outputs).Select(o => o.Set()))
        {
            float[] rows = [.. Enumerable.Range(0, keys.Length * set.Width).Select(_ => (random.NextSingle() * 6) - 3)];
            await store.PutAsync(set, keys, RowCodec.Encode(set, rows), cancellationToken).ConfigureAwait(false);
        }

        await ((ISoftTargetStoreAdmin)store).FlushAsync(cancellationToken).ConfigureAwait(false);
        return teachers;
    }

    private static TeacherDescription Describe(int k, BenchTask task) => new(
        $"kept-{k}", "transformer", 0, task.Labels.Names, task.Labels.Hash, task.Tokenizer.Hash, task.Tokenizer.MaxLength,
        [
            new TeacherOutput($"{k + 1:x64}", OutputNames.Logits, ElementType.Float16, new OutputShape(BenchTask.Classes), 0, task.Labels.Hash),
            new TeacherOutput($"{k + 101:x64}", OutputNames.Embedding, ElementType.Float16, new OutputShape(EmbeddingWidth), 0, task.Labels.Hash),
        ],
        double.NaN);

    private sealed class Kept(TeacherDescription description, string storeId) : ITeacherClient
    {
        public TeacherDescription Description => description;

        public string StoreId => storeId;

        public Task<byte[]> TokenizerAsync(CancellationToken cancellationToken) => throw Asked();

        public Task<IReadOnlyList<byte[]>> GetAsync(TeacherRequest request, CancellationToken cancellationToken) => throw Asked();

        private InvalidOperationException Asked() => new($"{description.Name} was asked although its store is warm");
    }
}
