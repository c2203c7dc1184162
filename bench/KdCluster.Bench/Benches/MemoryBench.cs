using System.Globalization;
using KdCluster.Cli.Output;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.SoftTargets;

namespace KdCluster.Bench;

/// <summary>
/// The process's memory outside the managed heap after many steps of a whole training (soft targets, reinforced policy, validations, checkpoints), against the same
/// after 1,000. Tensors live there, and no garbage collection looks after them.
/// </summary>
internal sealed class MemoryBench : IBench
{
    private const int FirstLook = 1000, BatchSize = 16, StepsPerEpoch = 100;

    public string Name => "memory";

    public async Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var task = new BenchTask();
        await using WarmStore store = await WarmStore.OpenAsync(task, StepsPerEpoch * BatchSize, context.Folder, cancellationToken).ConfigureAwait(false);
        using SoftTargetSource source = store.Source(store.Rows, embedding: true);
        var spec = new ModelSpec { Kind = "bag-of-embeddings", Embedding = 16, Hidden = 16 };
        TrainingJob job = task.Job(spec, store.Rows, source, "reinforced", Path.Combine(context.Folder, "student"));
        job = job with { Training = job.Training with { BatchSize = BatchSize, Epochs = Math.Max(context.Steps, 2 * FirstLook) / StepsPerEpoch } };
        var watch = new Watch();
        StudentTrainer.Train(job, watch, cancellationToken);
        string note = $"{Human.Bytes(watch.Last)} after {Human.Count(watch.Steps)} steps, {Human.Bytes(watch.First)} after {Human.Count(FirstLook)}";
        return [new BenchRow($"native memory after {Human.Count(watch.Steps)} steps", $"after {Human.Count(FirstLook)}") { Value = Interval.Exactly((double)watch.Last / watch.First), Hold = Hold.AtMost(1.02), Note = note }];
    }

    // Resident pages that belong to no file: mapped libraries and segments of the store come and go with the page cache.
    private static long Anonymous()
    {
        string? line = OperatingSystem.IsLinux() ? File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("RssAnon:", StringComparison.Ordinal)) : null;
        return line is null ? Environment.WorkingSet : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }

    /// <summary>Looks at the memory at the end of the epoch that has the first look's step, and at the training's end.</summary>
    private sealed class Watch : IProgress<TrainingProgress>
    {
        public long First { get; private set; }

        public long Last { get; private set; }

        public long Steps { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (First == 0 && value.Step >= FirstLook && value.Phase == TrainingPhase.Train)
                First = Native();
            if (value.Phase == TrainingPhase.Done)
                (Last, Steps) = (Native(), value.Step);
        }

        private static long Native()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return Anonymous() - GC.GetGCMemoryInfo().TotalCommittedBytes;
        }
    }
}
