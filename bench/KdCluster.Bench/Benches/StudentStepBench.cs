using KdCluster.Learning.Loops;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using static TorchSharp.torch;

namespace KdCluster.Bench;

/// <summary>A student's step on labels alone, optimizer and clipping included, against the same model in PyTorch on one thread, in a process beside this one.</summary>
internal sealed class StudentStepBench : IBench
{
    private const int Steps = 30, BatchSize = 32, Length = 32;

    public string Name => "student-step";

    public async Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var task = new BenchTask();
        var rows = new List<BenchRow>();
        foreach ((string student, ModelSpec spec) in BenchModels.Students)
            rows.Add(await CompareAsync(context, task, student, spec, cancellationToken).ConfigureAwait(false));
        return rows;
    }

    private static async Task<BenchRow> CompareAsync(BenchContext context, BenchTask task, string student, ModelSpec spec, CancellationToken cancellationToken)
    {
        TrainingJob job = task.Job(spec, task.Rows(Steps * BatchSize, seed: 5, length: Length), null, "uniform", context.Folder);
        int[][] batches = [.. Enumerable.Range(0, Steps * BatchSize).Chunk(BatchSize)];
        using var loop = new SupervisedLoop(job, CPU);
        int tick = 0;
        Cost Train() => Cost.Of(() => Array.ForEach(batches, rows => loop.Step(new LoopTick(tick++, TrainingPhase.Train, rows, null, 1e-4, 0, Read: false))));

        (PyTorch? torch, string found) = await PyTorch.StartAsync(
            [spec.Kind, $"{task.Tokenizer.Vocabulary}", $"{BenchTask.Classes}", $"{spec.Embedding}", $"{spec.Hidden}", $"{spec.Layers}", $"{spec.Heads}", $"{BatchSize}", $"{Length}"],
            cancellationToken).ConfigureAwait(false);
        if (torch is null)
        {
            double[] alone = [.. Enumerable.Range(-1, context.Pairs + 1).Select(_ => Train()).Skip(1).Select(c => c.Processor * 1000 / Steps)];
            return new BenchRow($"{student}, student step", "processor") { Value = Interval.Of(alone), Unit = "ms", Note = $"not compared with PyTorch: {found}" };
        }

        await using (torch)
        {
            PairedCosts costs = await context.Timing(BenchModels.Students.Count)
                .MeasureAsync(_ => Task.FromResult(Train()), _ => torch.StepsAsync(Steps, cancellationToken), cancellationToken).ConfigureAwait(false);
            string note = FormattableString.Invariant($"{costs.WorkMilliseconds(Steps):0.00} against {costs.ReferenceMilliseconds(Steps):0.00} ms of processor time a step; PyTorch {found}");
            return new BenchRow($"{student}, student step", "PyTorch, processor") { Value = costs.Processor, Hold = Hold.AtMost(1.0), Note = note };
        }
    }
}
