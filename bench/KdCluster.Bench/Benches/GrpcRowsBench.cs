using KdCluster.Cluster;
using KdCluster.Instances;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Bench;

/// <summary>
/// A teacher's rows per second through gRPC on loopback, 16 requests in flight on one stream, against the same model called in place with the same batches. In
/// processor time it says what is left of all cores' work; in wall time what one lane achieves while other cores carry.
/// </summary>
internal sealed class GrpcRowsBench : IBench
{
    private const int BatchRows = 32, Batches = 96, RequestRows = 128, InFlight = 16, Length = 32;

    private static readonly IReadOnlyList<(string Name, ModelSpec Spec, int Share)> Teachers =
    [
        (BenchModels.LargeTransformer.Name, BenchModels.LargeTransformer.Spec, 4),
        (BenchModels.TextCnn.Name, BenchModels.TextCnn.Spec, 1),
    ];

    public string Name => "grpc-rows";

    public async Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var task = new BenchTask();
        var options = new KdClusterOptions { Home = Path.Combine(context.Folder, "home"), Store = "none", Lanes = 1 };
        await using ServedTeachers served = await ServedTeachers.StartAsync(task, [.. Teachers.Select(t => t.Spec)], options, cancellationToken).ConfigureAwait(false);
        var rows = new List<BenchRow>();
        for (int k = 0; k < Teachers.Count; k++)
        {
            ITeacherClient client = await served.ConnectAsync(k, remote: true, cancellationToken).ConfigureAwait(false);
            BareTeacher bare = served.Bare[k];
            int batches = Batches / Teachers[k].Share;
            InstanceView[] inputs = [.. task.Rows(batches * BatchRows, seed: 3, length: Length).Views];
            TeacherRequest[] requests = [.. inputs.Chunk(RequestRows).Select(chunk => Request(client, chunk))];
            // The wire's code is compiled again while it is used for the first time: many requests, few batches.
            await AskAsync(client, [.. inputs.Concat(inputs).Take(600).Select(input => Request(client, [input]))], cancellationToken).ConfigureAwait(false);
            PairedCosts costs = await context.Timing(Teachers.Count).MeasureAsync(
                _ => Cost.OfAsync(() => AskAsync(client, requests, cancellationToken)),
                _ => Task.FromResult(Cost.Of(() => bare.Answer(inputs, BenchTask.MaxLength))),
                cancellationToken).ConfigureAwait(false);
            if (client is IAsyncDisposable connection)
                await connection.DisposeAsync().ConfigureAwait(false);

            string note = FormattableString.Invariant($"{costs.WorkMilliseconds(batches):0.00} against {costs.ReferenceMilliseconds(batches):0.00} ms of processor time a batch of {BatchRows} rows");
            rows.Add(new BenchRow($"{Teachers[k].Name}, rows/s through gRPC", "bare forward, processor") { Value = costs.ProcessorRate, Hold = Hold.AtLeast(0.97), Note = note });
            rows.Add(new BenchRow($"{Teachers[k].Name}, rows/s through gRPC", "bare forward, wall") { Value = costs.WallRate, Hold = Hold.AtLeast(0.97) });
        }

        return rows;
    }

    private static Task AskAsync(ITeacherClient client, TeacherRequest[] requests, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        requests,
        new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken },
        async (request, stop) => await client.GetAsync(request, stop).ConfigureAwait(false));

    private static TeacherRequest Request(ITeacherClient client, InstanceView[] inputs) => new()
    {
        Tokenizer = client.Description.Tokenizer,
        StoreAsked = client.StoreId,
        Outputs = [OutputNames.Logits],
        Inputs = inputs,
        Keys = Fingerprints.Instances(inputs),
    };
}
