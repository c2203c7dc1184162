using KdCluster.Cli.Silos;
using KdCluster.Cluster.Teachers;
using KdCluster.Instances;
using KdCluster.Learning.Data;
using KdCluster.Learning.Metrics;
using KdCluster.Learning.Tasks;
using KdCluster.SoftTargets;
using KdCluster.V1;

namespace KdCluster.Cli.Models;

/// <summary>Scores a deployed teacher by asking it over the wire, as a student would: kept soft targets answer first.</summary>
/// <param name="silo">The silo to ask.</param>
/// <param name="teacher">The teacher.</param>
internal sealed class TeacherScorer(SiloConnection silo, Teacher teacher)
{
    private const int RowsPerRequest = 64;
    private const int InFlight = 16;

    /// <summary>What makes the teacher's inputs.</summary>
    public async Task<InputEncoder> EncoderAsync(CancellationToken stop)
    {
        TokenizerFile file = await silo.Client.CallAsync(
            async () => await silo.Client.Teachers.GetTokenizerAsync(new DescribeTeacherRequest { Name = teacher.Name }, cancellationToken: stop).ConfigureAwait(false)).ConfigureAwait(false);
        return InputEncoder.FromBytes(file.Content.ToByteArray(), $"tokenizer of teacher {teacher.Name}");
    }

    /// <summary>Asks for every row and scores the answers.</summary>
    /// <param name="split">Rows as the teacher reads them, with labels in its class order.</param>
    /// <param name="progress">Told the rows answered so far.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>Share of rows whose most probable class is the label, 0 to 1, and the mean −log p of the label in nats.</returns>
    public async Task<(double Accuracy, double CrossEntropy)> ScoreAsync(EncodedSplit split, Action<int> progress, CancellationToken stop)
    {
        V1.SoftTargetSet wire = teacher.Outputs.First(o => o.Kind == V1.OutputKind.Logits);
        var set = new SoftTargets.SoftTargetSet(
            wire.TeacherFingerprint, OutputNames.Logits, (SoftTargets.ElementType)(int)wire.Element, wire.Width, wire.TopK, wire.LabelSpace);
        int hits = 0, answered = 0;
        double loss = 0;
        var gate = new Lock();
        await Parallel.ForEachAsync(Enumerable.Range(0, split.Count).Chunk(RowsPerRequest), new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = stop }, async (rows, cancel) =>
        {
            float[] logits = await AskAsync(set, [.. rows.Select(r => split.Views[r])], cancel).ConfigureAwait(false);
            lock (gate)
            {
                for (int i = 0; i < rows.Length; i++)
                {
                    ReadOnlySpan<float> row = logits.AsSpan(i * set.Width, set.Width);
                    Softmax softmax = Softmax.Of(row);
                    hits += softmax.Best == split.Labels[rows[i]] ? 1 : 0;
                    loss += softmax.LogSum - row[split.Labels[rows[i]]];
                }

                answered += rows.Length;
                progress(answered);
            }
        }).ConfigureAwait(false);
        return ((double)hits / split.Count, loss / split.Count);
    }

    // [rows, classes] flattened
    private async Task<float[]> AskAsync(SoftTargets.SoftTargetSet set, InstanceView[] inputs, CancellationToken stop)
    {
        var request = new SoftTargetRequest { Teacher = teacher.Name, Tokenizer = teacher.Tokenizer };
        request.Kinds.Add(V1.OutputKind.Logits);
        TensorMessages.Add(request, inputs);
        SoftTargetReply reply = await silo.Client.CallAsync(
            async () => await silo.Client.Teachers.GetAsync(request, cancellationToken: stop).ConfigureAwait(false)).ConfigureAwait(false);
        float[] logits = new float[inputs.Length * set.Width];
        RowCodec.Decode(set, reply.Rows[0].Span, logits);
        return logits;
    }
}
