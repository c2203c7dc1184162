using KdCluster.Instances;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using static TorchSharp.torch;

namespace KdCluster.Bench;

/// <summary>The least that a teacher's answers cost: padded batches through the model, and its outputs on the host.</summary>
internal sealed class BareTeacher : IDisposable
{
    /// <summary>Rows in a batch: the silo's own number on a CPU.</summary>
    public const int BatchRows = 32;

    private readonly Model _model;

    public BareTeacher(Model model)
    {
        _model = model;
        _model.eval();
    }

    /// <summary>Answers all rows, in full batches of one length bucket each.</summary>
    /// <returns>How many batches that were.</returns>
    public int Answer(IEnumerable<InstanceView> inputs, int maxLength)
    {
        int batches = 0;
        foreach (IGrouping<int, InstanceView> bucket in inputs.GroupBy(i => LengthBuckets.Of(i.Length, maxLength)))
        {
            foreach (InstanceView[] batch in bucket.Chunk(BatchRows))
            {
                Forward(batch, bucket.Key);
                batches++;
            }
        }

        return batches;
    }

    public void Dispose() => _model.Dispose();

    private void Forward(InstanceView[] batch, int length)
    {
        using IDisposable off = no_grad();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        ModelOutput output = _model.call(_model.Collate(batch, length, BatchRows));
        output.Logits.data<float>().ToArray();
        output.Embedding.data<float>().ToArray();
    }
}
