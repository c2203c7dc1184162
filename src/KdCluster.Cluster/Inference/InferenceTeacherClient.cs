using Grpc.Core;
using KdCluster.Client;
using KdCluster.Cluster.Retries;
using KdCluster.Cluster.Teachers;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Wire.Inference;
using Polly;

namespace KdCluster.Cluster.Inference;

/// <summary>
/// A model of someone else's inference server, as a teacher. Rows are asked for in requests of one padded length each; asking is idempotent, so what a
/// server that goes away leaves unanswered is asked again when it is back.
/// </summary>
internal sealed class InferenceTeacherClient : ITeacherClient, IAsyncDisposable
{
    private const int DefaultBatch = 32;
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(120);

    private readonly SemaphoreSlim _inFlight = new(16);
    private readonly KdClient _connection;
    private readonly GRPCInferenceService.GRPCInferenceServiceClient _server;
    private readonly TeacherRef _teacher;
    private readonly InferenceFacts _facts;
    private readonly TimeProvider _time;

    private readonly Action<KdError>? _warn;
    private int _warned;

    private InferenceTeacherClient(KdClient connection, TeacherRef teacher, InferenceFacts facts, TimeProvider time, Action<KdError>? warn)
    {
        (_connection, _teacher, _facts, _time, _warn) = (connection, teacher, facts, time, warn);
        _server = new GRPCInferenceService.GRPCInferenceServiceClient(connection.Invoker);
    }

    public TeacherDescription Description => _facts.Description;

    /// <summary>Other people's servers keep nothing: the run's own store does.</summary>
    public string StoreId => "";

    private string Where => $"teacher {_teacher.Name} at {_teacher.Endpoint}";

    private string Model => _teacher.Model ?? _teacher.Name;

    /// <summary><c>oip://host:port</c> as gRPC's address.</summary>
    public static string HttpAddress(string endpoint) =>
        endpoint.StartsWith("oips://", StringComparison.Ordinal) ? $"https://{endpoint["oips://".Length..]}" : $"http://{endpoint["oip://".Length..]}";

    /// <param name="teacher">As the recipe names it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="access">As whom it is asked, and whom it is believed to be; null: no one in particular, by the machine's authorities.</param>
    /// <param name="warn">Told once of <c>KD1345</c>: its answers look like probabilities.</param>
    /// <exception cref="KdException"><c>KD1306</c>: it cannot be reached, or is not ready; <c>KD1308</c>: it has no such model; <c>KD1343</c>: facts are missing;
    /// <c>KD1344</c>: it does not speak the protocol.</exception>
    public static async Task<InferenceTeacherClient> ConnectAsync(TeacherRef teacher, TimeProvider time, CancellationToken cancellationToken, KdClientOptions? access = null, Action<KdError>? warn = null)
    {
        KdClientOptions options = access ?? new KdClientOptions { Addresses = [HttpAddress(teacher.Endpoint!)] };
        (options.Deadline, options.Time) = (s_answer, time);
        KdClient connection = new(options);
        try
        {
            GRPCInferenceService.GRPCInferenceServiceClient server = new(connection.Invoker);
            string model = teacher.Model ?? teacher.Name, version = teacher.Version ?? "", where = $"teacher {teacher.Name} at {teacher.Endpoint}";
            DateTime deadline = time.GetUtcNow().UtcDateTime + s_most;
            InferenceFacts facts;
            try
            {
                ModelMetadataResponse metadata = await server.ModelMetadataAsync(new ModelMetadataRequest { Name = model, Version = version }, deadline: deadline, cancellationToken: cancellationToken);
                facts = InferenceFacts.Of(teacher, metadata);
                ModelReadyResponse ready = await server.ModelReadyAsync(new ModelReadyRequest { Name = model, Version = facts.Version }, deadline: deadline, cancellationToken: cancellationToken);
                if (!ready.Ready)
                {
                    throw new KdException("KD1306", $"the server says that model {model} is not ready.", where, "Load it there, then try again.");
                }
            }
            catch (RpcException e)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw Failure(e, where, model);
            }

            return new InferenceTeacherClient(connection, teacher, facts, time, warn);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public Task<byte[]> TokenizerAsync(CancellationToken cancellationToken) => Task.FromResult(_facts.TokenizerFile);

    public async Task<IReadOnlyList<byte[]>> GetAsync(TeacherRequest request, CancellationToken cancellationToken)
    {
        TeacherRequestChecks.Check(request, Description, _facts.Encoder);
        SoftTargetSet[] sets = [.. request.Outputs.Select(o => Description.Output(o).Set())];
        byte[][] buffers = [.. sets.Select(s => new byte[(long)request.Inputs.Count * s.RowBytes])];
        var parts = Enumerable.Range(0, request.Inputs.Count)
            .GroupBy(i => _facts.Plan.PaddedLength(request.Inputs[i].Length, Description.MaxLength))
            .SelectMany(g => g.Chunk(_teacher.Batch ?? DefaultBatch).Select(rows => (Length: g.Key, Rows: rows)));
        await Task.WhenAll(parts.Select(p => AskAsync(request, sets, buffers, p.Rows, p.Length, cancellationToken)));
        return buffers;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _inFlight.Dispose();
    }

    private static KdException Failure(RpcException e, string where, string model) => e.StatusCode switch
    {
        StatusCode.NotFound => new KdException("KD1308", $"the server has no such model or version: {e.Status.Detail}", $"{where}, model {model}", "Name it with `model` and `version` in the recipe.", e),
        StatusCode.Unavailable or StatusCode.DeadlineExceeded => new KdException("KD1306", $"the inference server could not be reached: {e.Reason()}", where, "Is it running, and is this its gRPC address? Try again when it is.", e),
        _ => new KdException("KD1344", $"the inference server answers {e.StatusCode}: {e.Status.Detail}", $"{where}, model {model}", "Does it serve the Open Inference Protocol at this address, and does it accept `batch` rows?", e),
    };

    private async Task AskAsync(TeacherRequest request, SoftTargetSet[] sets, byte[][] buffers, int[] rows, int length, CancellationToken cancellationToken)
    {
        ModelInferRequest message = new() { ModelName = Model, ModelVersion = _facts.Version };
        message.Outputs.AddRange(sets.Select(s => new ModelInferRequest.Types.InferRequestedOutputTensor { Name = _facts.Plan.Output(s.Output) }));
        _facts.Plan.Fill(message, [.. rows.Select(i => request.Inputs[i])], length, _facts.Padding);
        ModelInferResponse response = await InferAsync(message, cancellationToken);
        for (int s = 0; s < sets.Length; s++)
        {
            float[] values = OutputTensor.Read(response, _facts.Plan.Output(sets[s].Output), rows.Length, sets[s].Width, Where);
            if (sets[s].Output == OutputNames.Logits)
            {
                Look(values, sets[s].Width);
            }

            byte[] encoded = RowCodec.Encode(sets[s], values);
            int size = sets[s].RowBytes;
            for (int j = 0; j < rows.Length; j++)
            {
                encoded.AsSpan(j * size, size).CopyTo(buffers[s].AsSpan(rows[j] * size));
            }
        }
    }

    private void Look(float[] logits, int classes)
    {
        for (int at = 0; at < logits.Length; at += classes)
        {
            if (!ProbabilityCheck.IsDistribution(logits.AsSpan(at, classes)))
            {
                return;
            }
        }

        if (Interlocked.Exchange(ref _warned, 1) == 0)
        {
            _warn?.Invoke(ProbabilityCheck.Warning(_teacher.Name));
        }
    }

    private async Task<ModelInferResponse> InferAsync(ModelInferRequest message, CancellationToken cancellationToken)
    {
        await _inFlight.WaitAsync(cancellationToken);
        try
        {
            ModelInferResponse response = await TimedRetry.CallAsync(
                async () => await _server.ModelInferAsync(message, cancellationToken: cancellationToken), e => e is RpcException { StatusCode: StatusCode.Unavailable }, s_most,
                new() { Delay = TimeSpan.FromMilliseconds(100), BackoffType = DelayBackoffType.Exponential, MaxDelay = TimeSpan.FromSeconds(2) }, _time, cancellationToken);
            return _facts.Version.Length == 0 || response.ModelVersion.Length == 0 || response.ModelVersion == _facts.Version
                ? response
                : throw TeacherIdentity.Replaced(_teacher.Name);
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Failure(e, Where, Model);
        }
        finally
        {
            _inFlight.Release();
        }
    }
}
