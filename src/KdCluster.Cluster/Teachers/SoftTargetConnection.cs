using System.Collections.Concurrent;
using Grpc.Core;
using KdCluster.Client;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers;

/// <summary>One pipelined stream to a teacher's silo. When it breaks, everything that waits on it fails at once and the connection is done.</summary>
internal sealed class SoftTargetConnection : IAsyncDisposable
{
    private readonly AsyncDuplexStreamingCall<V1.SoftTargetRequest, V1.SoftTargetChunk> _call;
    private readonly ConcurrentDictionary<ulong, Waiting> _waiting = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly TeacherDescription _teacher;
    private readonly Task _reading;
    private ulong _nextId;
    private volatile Exception? _broken;

    public SoftTargetConnection(KdClient client, TeacherDescription teacher)
    {
        _teacher = teacher;
        _call = client.Teachers.Stream(cancellationToken: _stop.Token);
        _reading = Task.Run(ReadAsync);
    }

    public bool Broken => _broken is not null;

    /// <exception cref="RpcException">The stream broke: ask again on another connection.</exception>
    /// <exception cref="KdException">The teacher refused the request.</exception>
    public async Task<IReadOnlyList<byte[]>> AskAsync(TeacherRequest request, CancellationToken cancellationToken)
    {
        ulong id = Interlocked.Increment(ref _nextId);
        Waiting waiting = new([.. request.Kinds.Select(k => new byte[(long)request.Inputs.Count * _teacher.Output(k).RowBytes])]);
        _waiting[id] = waiting;
        try
        {
            if (_broken is { } broken)
            {
                throw Unavailable(broken);
            }

            await _writing.WaitAsync(cancellationToken);
            try
            {
                await _call.RequestStream.WriteAsync(request.ToProto(id, _teacher));
            }
            catch (Exception e) when (e is InvalidOperationException or IOException)
            {
                throw Unavailable(e);
            }
            finally
            {
                _writing.Release();
            }

            return await waiting.Reply.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _call.Dispose();
        _writing.Dispose();
        _stop.Dispose();
    }

    private static RpcException Unavailable(Exception inner) =>
        inner as RpcException ?? new RpcException(new Status(StatusCode.Unavailable, inner.Message, inner));

    private async Task ReadAsync()
    {
        Exception ended = new RpcException(new Status(StatusCode.Unavailable, "the teacher's silo ended the stream."));
        try
        {
            await foreach (V1.SoftTargetChunk chunk in _call.ResponseStream.ReadAllAsync(_stop.Token))
            {
                if (_waiting.TryGetValue(chunk.Id, out Waiting? waiting))
                {
                    waiting.Take(chunk, _teacher);
                }
            }
        }
        catch (Exception e) when (e is RpcException or IOException or OperationCanceledException)
        {
            ended = Unavailable(e);
        }

        _broken = ended;
        foreach (Waiting waiting in _waiting.Values)
        {
            waiting.Reply.TrySetException(ended);
        }
    }

    private sealed class Waiting(byte[][] buffers)
    {
        private long _left = buffers.Sum(b => b.LongLength);

        public TaskCompletionSource<IReadOnlyList<byte[]>> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Take(V1.SoftTargetChunk chunk, TeacherDescription teacher)
        {
            if (chunk.Error is { } error)
            {
                Reply.TrySetException(new KdException([error.ToError()]));
                return;
            }

            if ((uint)chunk.KindIndex >= (uint)buffers.Length || chunk.Offset < 0 || chunk.Offset + chunk.Rows.Length > buffers[chunk.KindIndex].Length)
            {
                Reply.TrySetException(Malformed(teacher, "a chunk lies outside the rows that were asked for"));
                return;
            }

            chunk.Rows.Span.CopyTo(buffers[chunk.KindIndex].AsSpan((int)chunk.Offset));
            _left -= chunk.Rows.Length;
            if (chunk.Last && _left != 0)
            {
                Reply.TrySetException(Malformed(teacher, $"the last chunk came with {_left} bytes still to come"));
            }
            else if (chunk.Last)
            {
                Reply.TrySetResult(buffers);
            }
        }

        private static KdException Malformed(TeacherDescription teacher, string what) =>
            new("KD1313", $"a malformed reply: {what}.", $"teacher {teacher.Name}", "Do both silos run the same version?");
    }
}
