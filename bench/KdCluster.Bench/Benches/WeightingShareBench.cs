using KdCluster.Cluster;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Weightings;
using KdCluster.Grains;
using KdCluster.Learning.Loops;
using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using KdCluster.SoftTargets;
using KdCluster.Weightings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using static TorchSharp.torch;

namespace KdCluster.Bench;

/// <summary>
/// What the reinforced policy takes of a student's step with five teachers: weighing the batch and learning from it, against the whole step. In its grain, as runs have it, with the calls
/// to and fro; and in the trainer's own code, which shows what the grain adds. Here each call is waited for; in a run they overlap with the student's passes.
/// </summary>
internal sealed class WeightingShareBench : IBench
{
    private const int Steps = 40, BatchSize = 32, Rounds = 10;

    public string Name => "weighting-share";

    public async Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var task = new BenchTask();
        await using WarmStore store = await WarmStore.OpenAsync(task, Steps * BatchSize, context.Folder, cancellationToken).ConfigureAwait(false);
        KdSilo silo = await KdSilo.StartAsync(new KdClusterOptions { Home = Path.Combine(context.Folder, "weighting-silo"), Trainers = 1, TorchThreads = get_num_threads() }, cancellationToken).ConfigureAwait(false);
        await using (silo.ConfigureAwait(false))
        {
            return [.. await MeasureAsync(context, task, store, null, "in the trainer", cancellationToken).ConfigureAwait(false),
                .. await MeasureAsync(context, task, store, student => Host(silo, student), "in its grain", cancellationToken).ConfigureAwait(false)];
        }
    }

    private static async Task<List<BenchRow>> MeasureAsync(BenchContext context, BenchTask task, WarmStore store, Func<string, IPolicyHost>? host, string place, CancellationToken cancellationToken)
    {
        var rows = new List<BenchRow>();
        foreach ((string student, var spec) in BenchModels.Students)
        {
            using SoftTargetSource source = store.Source(store.Rows, embedding: true);
            SoftTargetBatch[] batches = Batches(source, cancellationToken);
            TrainingJob job = task.Job(spec, store.Rows, source, "reinforced", context.Folder) with { PolicyHost = host?.Invoke(student) };
            using var loop = new SupervisedLoop(job, CPU);
            using Tensor logits = randn(BatchSize, BenchTask.Classes);
            int tick = 0;
            void WeighAll(int rounds)
            {
                for (int round = 0; round < rounds; round++)
                    Array.ForEach(batches, batch => Weigh(loop.Weighting!, batch, job.Train.Labels, logits, tick++));
            }

            PairedCosts costs = await context.Timing(BenchModels.Students.Count).MeasureAsync(
                _ => Task.FromResult(Cost.Of(() => WeighAll(Rounds)) / Rounds),
                _ => Task.FromResult(Cost.Of(() => Array.ForEach(batches, batch => loop.Step(new LoopTick(tick++, TrainingPhase.Train, batch.Instances, batch, 1e-4, 0.5, Read: false))))),
                cancellationToken).ConfigureAwait(false);
            string note = FormattableString.Invariant($"{costs.WorkMilliseconds(Steps) * 1000:0} us of {costs.ReferenceMilliseconds(Steps):0.00} ms");
            rows.Add(new BenchRow($"{student}, 5 teachers, reinforced {place}", "the whole step, processor") { Value = costs.Processor, Hold = Hold.AtMost(0.01), Note = note });
        }

        return rows;
    }

    private static GrainPolicyHost Host(KdSilo silo, string student) => new(
        silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IWeightingGrain>($"bench/{student}/1"),
        new PolicyInputs([], "", 0, []), 1, silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress, silo.Services.GetRequiredService<GrainRetry>(), NullLogger.Instance);

    private static SoftTargetBatch[] Batches(SoftTargetSource source, CancellationToken cancellationToken)
    {
        int[][] rows = [.. Enumerable.Range(0, Steps * BatchSize).Chunk(BatchSize)];
        using ISoftTargetStream stream = source.Open(rows, cancellationToken);
        return [.. rows.Select(_ => stream.Take())];
    }

    private static void Weigh(IWeighting weighting, SoftTargetBatch batch, int[] labels, Tensor logits, int tick)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        var state = new WeightingState { Tick = tick, Targets = batch, Labels = Array.ConvertAll(batch.Instances, i => labels[i]), StudentLogits = logits, Device = CPU };
        weighting.Weigh(state);
        weighting.Learn(new WeightingFeedback(state, 0.5));
    }
}
