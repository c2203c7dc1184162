using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using KdCluster.Client;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>
/// One pipelined stream to a teacher's silo, on which the silo also tells its queue. When it breaks, everything that waits on it fails at once
/// and the connection is done. Nobody waits for the wire to take a message: a silo that stopped reading must not hold its askers.
/// </summary>
internal sealed class SoftTargetConnection : IAsyncDisposable
{
    private readonly AsyncDuplexStreamingCall<V1.SoftTargetRequest, V1.SoftTargetChunk> _call;
    private readonly ConcurrentDictionary<ulong, Waiting> _waiting = new();
    private readonly Channel<V1.SoftTargetRequest> _outgoing = Channel.CreateUnbounded<V1.SoftTargetRequest>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly TeacherDescription _teacher;
    private readonly string _asker;
    private readonly bool _here;
    private readonly Action<ReplicaSign> _report;
    private readonly Task _work;
    private bool _reports;
    private volatile bool _stopped;
    private ulong _nextId;
    private volatile Exception? _broken;

    /// <param name="client">The silo.</param>
    /// <param name="teacher">What is asked there.</param>
    /// <param name="asker">Who asks; the teacher is shared fairly between askers.</param>
    /// <param name="here">Whether the silo must answer itself.</param>
    /// <param name="reportEvery">How often the silo is to tell its queue.</param>
    /// <param name="report">Told the rows that wait there, and whether the stream has broken.</param>
    public SoftTargetConnection(KdClient client, TeacherDescription teacher, string asker, bool here, TimeSpan reportEvery, Action<ReplicaSign> report)
    {
        (_teacher, _asker, _here, _report) = (teacher, asker, here, report);
        _call = client.Teachers.Stream(cancellationToken: _stop.Token);
        TeacherVersionKey version = TeacherVersionKey.Of(teacher);
        V1.SoftTargetRequest hello = new()
        {
            Teacher = teacher.Name,
            Tokenizer = teacher.Tokenizer,
            Asker = asker,
            Element = version.WireElement,
            TopK = version.TopK,
            Here = here,
            ReportEvery = (uint)reportEvery.TotalMilliseconds,
        };
        hello.Kinds.Add(V1.OutputKind.Logits);
        hello.Fingerprints.AddRange(version.Fingerprints);
        _outgoing.Writer.TryWrite(hello);
        _work = Task.WhenAll(Task.Run(ReadAsync), Task.Run(WriteAsync));
    }

    public bool Broken => _broken is not null;

    /// <exception cref="RpcException">The stream broke: ask again on another connection.</exception>
    /// <exception cref="KdException">The teacher refused the request.</exception>
    public async Task<IReadOnlyList<byte[]>> AskAsync(TeacherRequest request, CancellationToken cancellationToken)
    {
        ulong id = Interlocked.Increment(ref _nextId);
        int[] lengths = [.. request.Inputs.Select(i => i.Length)];
        Waiting waiting = new([.. request.Outputs.Select(o => new RowLayout(_teacher.Output(o), lengths))]);
        _waiting[id] = waiting;
        try
        {
            if (_broken is { } broken || !_outgoing.Writer.TryWrite(request.ToProto(id, _teacher, _asker, _here)))
            {
                throw Unavailable(_broken ?? new IOException("the connection was closed."));
            }

            return await waiting.Reply.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
            if (!waiting.Reply.Task.IsCompleted)
            {
                _outgoing.Writer.TryWrite(new V1.SoftTargetRequest { Id = id, Withdraw = true });
            }
        }
    }

    /// <summary>Ends the stream at once.</summary>
    public void Stop()
    {
        _stopped = true;
        _stop.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        Stop();
        await _work;
        _call.Dispose();
        _stop.Dispose();
    }

    private static RpcException Unavailable(Exception inner) =>
        inner as RpcException ?? new RpcException(new Status(StatusCode.Unavailable, inner.Message, inner));

    private async Task WriteAsync()
    {
        try
        {
            await foreach (V1.SoftTargetRequest message in _outgoing.Reader.ReadAllAsync(_stop.Token))
            {
                await _call.RequestStream.WriteAsync(message, _stop.Token);
            }
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // Where a write fails the reader learns why, and tells those who wait.
            await _stop.CancelAsync();
        }
    }

    private async Task ReadAsync()
    {
        Exception ended = new RpcException(new Status(StatusCode.Unavailable, "the teacher's silo ended the stream."));
        try
        {
            await foreach (V1.SoftTargetChunk chunk in _call.ResponseStream.ReadAllAsync(_stop.Token))
            {
                Take(chunk);
            }
        }
        catch (Exception e)
        {
            // Whatever a peer sends ends its stream, and leaves nobody waiting.
            ended = Unavailable(e);
        }

        _broken = ended;
        _outgoing.Writer.TryComplete();
        await _stop.CancelAsync();
        foreach (Waiting waiting in _waiting.Values)
        {
            waiting.Reply.TrySetException(ended);
        }

        if (!_stopped)
        {
            _report(new ReplicaSign(0, Broken: ended));
        }
    }

    private void Take(V1.SoftTargetChunk chunk)
    {
        _reports |= chunk.Report;
        if (_reports && (chunk.Report || chunk.Last))
        {
            _report(new ReplicaSign(chunk.Queue, chunk.Leaving));
        }

        if (!chunk.Report && _waiting.TryGetValue(chunk.Id, out Waiting? waiting))
        {
            waiting.Take(chunk, _teacher);
        }
    }

    private sealed class Waiting(RowLayout[] layouts)
    {
        private readonly byte[][] _buffers = Array.ConvertAll(layouts, l => new byte[l.Bytes]);
        private readonly int[] _taken = new int[layouts.Length];

        public TaskCompletionSource<IReadOnlyList<byte[]>> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Take(V1.SoftTargetChunk chunk, TeacherDescription teacher)
        {
            if (chunk.Error is { } error)
            {
                Reply.TrySetException(new KdException([error.ToError()]) { RetryAfter = chunk.RetryAfter > 0 ? TimeSpan.FromMilliseconds(chunk.RetryAfter) : null });
                return;
            }

            // In order and without gaps, so that no byte is left out or written twice.
            int kind = chunk.KindIndex;
            if ((uint)kind >= (uint)layouts.Length || chunk.Offset != _taken[kind] || chunk.Rows.Length > _buffers[kind].Length - _taken[kind])
            {
                Reply.TrySetException(Malformed(teacher, "a chunk is not the next one of the rows that were asked for"));
                return;
            }

            chunk.Rows.Span.CopyTo(_buffers[kind].AsSpan(_taken[kind]));
            _taken[kind] += chunk.Rows.Length;
            if (chunk.Last)
            {
                Finish(teacher);
            }
        }

        private void Finish(TeacherDescription teacher)
        {
            for (int k = 0; k < layouts.Length; k++)
            {
                if (_taken[k] < _buffers[k].Length)
                {
                    Reply.TrySetException(Malformed(teacher, $"the last chunk came with {_buffers[k].Length - _taken[k]} bytes still to come"));
                    return;
                }

                if (layouts[k].FirstBad(_buffers[k]) is >= 0 and int bad)
                {
                    Reply.TrySetException(Malformed(teacher, $"row {bad} of its {layouts[k].Output.Output} holds a number that is not finite, or a class that there is not"));
                    return;
                }
            }

            Reply.TrySetResult(_buffers);
        }

        private static KdException Malformed(TeacherDescription teacher, string what) =>
            new("KD1313", $"a malformed reply: {what}.", $"teacher {teacher.Name}", "Do both silos run the same version?");
    }
}
