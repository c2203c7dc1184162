using KdCluster.Cli.Silos;
using KdCluster.Cluster.Teachers;
using KdCluster.Instances;
using KdCluster.Learning.Data;
using KdCluster.Learning.Metrics;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Training;
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
    public async Task<EvaluationResult> ScoreAsync(EncodedSplit split, Action<int> progress, CancellationToken stop)
    {
        SoftTargets.SoftTargetSet set = Answer();
        float[] scores = split.Scores is null ? [] : new float[split.Count];
        ClassTally classes = new(set.Width);
        int answered = 0;
        var gate = new Lock();
        await Parallel.ForEachAsync(Enumerable.Range(0, split.Count).Chunk(RowsPerRequest), new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = stop }, async (rows, cancel) =>
        {
            float[] own = await AskAsync(set, [.. rows.Select(r => split.Views[r])], cancel).ConfigureAwait(false);
            lock (gate)
            {
                // The rows of a request follow each other.
                if (split.Scores is not null)
                    own.CopyTo(scores, rows[0]);
                for (int i = 0; i < rows.Length && split.Scores is null; i++)
                    classes.Add(own.AsSpan(i * set.Width, set.Width), split.Labels[rows[i]]);
                answered += rows.Length;
                progress(answered);
            }
        }).ConfigureAwait(false);
        return split.Scores is { } labels ? Scoring.Of(scores, labels) : classes.Result;
    }

    // What silos of before say of logits is in `outputs` alone.
    private SoftTargets.SoftTargetSet Answer()
    {
        string name = OutputNames.Answer(teacher.Labels);
        if (name == OutputNames.Logits)
        {
            V1.SoftTargetSet wire = teacher.Outputs.First(o => o.Kind == V1.OutputKind.Logits);
            return new SoftTargets.SoftTargetSet(wire.TeacherFingerprint, name, (SoftTargets.ElementType)(int)wire.Element, wire.Width, wire.TopK, wire.LabelSpace);
        }

        V1.Output output = teacher.NamedOutputs.First(o => o.Name == name);
        return new SoftTargets.SoftTargetSet(output.TeacherFingerprint, name, (SoftTargets.ElementType)(int)output.Element, 1, 0, output.LabelSpace);
    }

    // [rows, classes] flattened, of a regression [rows]
    private async Task<float[]> AskAsync(SoftTargets.SoftTargetSet set, InstanceView[] inputs, CancellationToken stop)
    {
        var request = new SoftTargetRequest { Teacher = teacher.Name, Tokenizer = teacher.Tokenizer };
        request.Want([set.Output]);
        TensorMessages.Add(request, inputs);
        SoftTargetReply reply = await silo.Client.CallAsync(
            async () => await silo.Client.Teachers.GetAsync(request, cancellationToken: stop).ConfigureAwait(false)).ConfigureAwait(false);
        float[] logits = new float[inputs.Length * set.Width];
        RowCodec.Decode(set, reply.Rows[0].Span, logits);
        return logits;
    }
}
