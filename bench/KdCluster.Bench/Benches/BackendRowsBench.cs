using KdCluster.Cluster.Teachers.Backends;
using KdCluster.Grains;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using TorchSharp;

namespace KdCluster.Bench;

/// <summary>A teacher's rows per second as ONNX Runtime computes them (<c>kd teacher deploy --compile</c>), and as libtorch does in bfloat16 (<c>--precision bf16</c>), against libtorch in single precision with the same model, batches and threads (one).</summary>
internal sealed class BackendRowsBench : IBench
{
    private const int BatchRows = 32, Length = 32;

    private static readonly IReadOnlyList<(string Name, ModelSpec Spec, int Batches, Hold? Compiled, Hold? Reduced)> Teachers =
    [
        ("transformer 6x384", new ModelSpec { Kind = "transformer", Embedding = 384, Hidden = 1536, Layers = 6, Heads = 12 }, 4, Hold.AtLeast(2.0), Hold.AtLeast(3.0)),
        (BenchModels.TextCnn.Name, BenchModels.TextCnn.Spec, 40, null, null),
        (BenchModels.Bag.Name, BenchModels.Bag.Spec, 400, null, null),
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
            foreach ((string name, ModelSpec spec, int batches, Hold? faster, Hold? reduced) in Teachers)
            {
                string folder = Path.Combine(context.Folder, name.Replace(' ', '-'));
                using (Model model = ModelFactory.Create(task.Tokenizer.ShapeOf(spec, BenchTask.Classes), seed: 1))
                    Checkpoint.Save(folder, model, task.Tokenizer, task.Labels, new CheckpointInfo { Name = name });
                var deployment = new TeacherDeployment(folder, "cpu", ElementType.Float32);
                using ITeacherBackend native = TeacherBackends.Load(deployment), compiled = TeacherBackends.Load(deployment with { Compile = true }), half = TeacherBackends.Load(deployment with { Precision = Precision.Bf16 });
                InstanceView[][] inputs = [.. task.Rows(batches * BatchRows, seed: 3, length: Length).Views.Chunk(BatchRows)];
                foreach ((string by, ITeacherBackend backend, Hold? hold) in new[] { ("by ONNX Runtime", compiled, faster), ("in bf16", half, reduced) })
                {
                    PairedCosts costs = await context.Timing(2 * Teachers.Count).MeasureAsync(
                        _ => Task.FromResult(Cost.Of(() => Answer(backend, inputs))),
                        _ => Task.FromResult(Cost.Of(() => Answer(native, inputs))),
                        cancellationToken).ConfigureAwait(false);
                    string note = FormattableString.Invariant($"{costs.WorkMilliseconds(batches):0.00} against {costs.ReferenceMilliseconds(batches):0.00} ms of processor time a batch of {BatchRows} × {Length} tokens");
                    rows.Add(new BenchRow($"{name}, rows/s {by}", "libtorch f32, processor") { Value = costs.ProcessorRate, Hold = hold, Note = note });
                }
            }
        }
        finally
        {
            torch.set_num_threads(threads);
        }

        return rows;
    }

    private static void Answer(ITeacherBackend teacher, InstanceView[][] batches)
    {
        foreach (InstanceView[] batch in batches)
            teacher.Forward(batch, Length, BatchRows, [OutputNames.Logits, OutputNames.Embedding]);
    }
}
