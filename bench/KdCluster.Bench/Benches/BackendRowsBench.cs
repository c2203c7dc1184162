using KdCluster.Cluster.Teachers.Backends;
using KdCluster.Grains;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using TorchSharp;

namespace KdCluster.Bench;

/// <summary>A teacher's rows per second as ONNX Runtime computes them (<c>kd teacher deploy --compile</c>), against libtorch with the same model, batches and threads (one).</summary>
internal sealed class BackendRowsBench : IBench
{
    private const int BatchRows = 32, Length = 32;

    private static readonly IReadOnlyList<(string Name, ModelSpec Spec, int Batches, Hold? Hold)> Teachers =
    [
        ("transformer 6x384", new ModelSpec { Kind = "transformer", Embedding = 384, Hidden = 1536, Layers = 6, Heads = 12 }, 4, Hold.AtLeast(2.0)),
        (BenchModels.TextCnn.Name, BenchModels.TextCnn.Spec, 40, null),
        (BenchModels.Bag.Name, BenchModels.Bag.Spec, 400, null),
    ];

    public string Name => "backend-rows";

    public async Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var task = new BenchTask();
        var rows = new List<BenchRow>();
        int threads = torch.get_num_threads();
        torch.set_num_threads(1);
        try
        {
            foreach ((string name, ModelSpec spec, int batches, Hold? hold) in Teachers)
            {
                string folder = Path.Combine(context.Folder, name.Replace(' ', '-'));
                using (Model model = ModelFactory.Create(task.Tokenizer.ShapeOf(spec, BenchTask.Classes), seed: 1))
                    Checkpoint.Save(folder, model, task.Tokenizer, task.Labels, new CheckpointInfo { Name = name });
                using ITeacherBackend native = Load(folder, compile: false), compiled = Load(folder, compile: true);
                InstanceView[][] inputs = [.. task.Rows(batches * BatchRows, seed: 3, length: Length).Views.Chunk(BatchRows)];
                PairedCosts costs = await context.Timing(Teachers.Count).MeasureAsync(
                    _ => Task.FromResult(Cost.Of(() => Answer(compiled, inputs))),
                    _ => Task.FromResult(Cost.Of(() => Answer(native, inputs))),
                    cancellationToken).ConfigureAwait(false);
                string note = FormattableString.Invariant($"{costs.WorkMilliseconds(batches):0.00} against {costs.ReferenceMilliseconds(batches):0.00} ms of processor time a batch of {BatchRows} × {Length} tokens");
                rows.Add(new BenchRow($"{name}, rows/s by ONNX Runtime", "libtorch f32, processor") { Value = costs.ProcessorRate, Hold = hold, Note = note });
            }
        }
        finally
        {
            torch.set_num_threads(threads);
        }

        return rows;
    }

    private static ITeacherBackend Load(string folder, bool compile) => TeacherBackends.Load(new TeacherDeployment(folder, "cpu", ElementType.Float32) { Compile = compile });

    private static void Answer(ITeacherBackend teacher, InstanceView[][] batches)
    {
        foreach (InstanceView[] batch in batches)
            teacher.Forward(batch, Length, BatchRows, [OutputNames.Logits, OutputNames.Embedding]);
    }
}
