using System.Diagnostics;
using System.Threading.Channels;
using Grpc.Core;
using KdCluster.Client;
using KdCluster.Cluster.Teachers;
using KdCluster.Cluster.Telemetry;
using KdCluster.Runs;
using KdCluster.V1;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Services;

/// <summary>
/// One stream of soft targets. Bounded both ways: so many requests are answered at once, further ones are not read; and a slow reader fills the
/// channel, which keeps its requests from being read.
/// </summary>
internal sealed class SoftTargetSession(
    Func<SoftTargetRequest, CancellationToken, Task<SoftTargetReply>> answer, Func<SoftTargetRequest, IServedTeacher?> find, TeacherCallers callers, TimeProvider time, ILogger log, ServerCallContext context)
{
    private const int InFlight = 32;
    private const uint ShortestReport = 50;
    private const uint LongestReport = 3_600_000;

    private readonly Channel<SoftTargetChunk> _replies = Channel.CreateBounded<SoftTargetChunk>(InFlight);
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, CancellationTokenSource> _answering = [];
    private readonly SemaphoreSlim _room = new(InFlight);
    private readonly List<TeacherLease> _leases = [];
    private bool _reporting;

    public async Task RunAsync(IAsyncStreamReader<SoftTargetRequest> requests, IServerStreamWriter<SoftTargetChunk> replies)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        Task writing = WriteAsync(replies);
        Task reporting = Task.CompletedTask;
        try
        {
            await foreach (SoftTargetRequest request in requests.ReadAllAsync(context.CancellationToken))
            {
                if (request.Withdraw)
                {
                    Withdraw(request.Id);
                    continue;
                }

                if (request.ReportEvery > 0 && !_reporting)
                {
                    _reporting = true;
                    reporting = ReportAsync(request, TimeSpan.FromMilliseconds(Math.Clamp(request.ReportEvery, ShortestReport, LongestReport)), ended.Token);
                }

                if (request.ReportEvery > 0 && TensorMessages.Count(request) == 0)
                {
                    // For as long as the stream is open this version of the teacher is in use, even if nothing is asked of it for hours.
                    if (_leases.Count < InFlight && find(request) is { } host)
                    {
                        _leases.Add(host.Lease());
                    }

                    continue;
                }

                await _room.WaitAsync(context.CancellationToken);
                AnswerAsync(request).LogFaults(log, $"answering {context.Method}");
            }
        }
        finally
        {
            await ended.CancelAsync();
            await reporting;
            _leases.ForEach(l => l.Dispose());
            for (int i = 0; i < InFlight; i++)
            {
                await _room.WaitAsync(CancellationToken.None);
            }

            _replies.Writer.Complete();
            await writing;
            _room.Dispose();
        }
    }

    private void Withdraw(ulong id)
    {
        lock (_gate)
        {
            if (_answering.TryGetValue(id, out CancellationTokenSource? withdrawn))
            {
                withdrawn.Cancel();
            }
        }
    }

    private async Task ReportAsync(SoftTargetRequest request, TimeSpan every, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(every, time);
        using IDisposable caller = callers.Enter(Report);
        try
        {
            do
            {
                Report();
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The stream has ended.
        }

        // No room: replies are on their way, which are as good a sign of life.
        void Report() => _replies.Writer.TryWrite(new SoftTargetChunk { Report = true, Queue = find(request)?.QueuedRows ?? 0, Leaving = callers.Leaving });
    }

    private async Task WriteAsync(IServerStreamWriter<SoftTargetChunk> stream)
    {
        bool broken = false;
        await foreach (SoftTargetChunk chunk in _replies.Reader.ReadAllAsync(CancellationToken.None))
        {
            // After the peer is gone the rest is drained, so that no answer waits for room.
            if (broken || context.CancellationToken.IsCancellationRequested)
            {
                continue;
            }

            try
            {
                await stream.WriteAsync(chunk);
            }
            catch (Exception e) when (e is RpcException or InvalidOperationException or IOException or OperationCanceledException)
            {
                broken = true;
            }
        }
    }

    private async Task AnswerAsync(SoftTargetRequest request)
    {
        using CancellationTokenSource withdrawn = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        lock (_gate)
        {
            _answering[request.Id] = withdrawn;
        }

        using Activity? span = Spans.Answer(request.Teacher, TensorMessages.Count(request), request.TraceParent);
        using IDisposable? scope = LogScope.Teacher(log, request.Teacher);
        try
        {
            SoftTargetReply reply = await answer(request, withdrawn.Token);
            foreach (SoftTargetChunk chunk in TeacherMessages.ToChunks(reply))
            {
                await _replies.Writer.WriteAsync(chunk);
            }
        }
        catch (OperationCanceledException) when (withdrawn.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            // Nobody waits for it.
        }
        catch (Exception e)
        {
            await _replies.Writer.WriteAsync(Refusal(request, e));
        }
        finally
        {
            lock (_gate)
            {
                // An id may have been used again.
                if (_answering.GetValueOrDefault(request.Id) == withdrawn)
                {
                    _answering.Remove(request.Id);
                }
            }

            _room.Release();
        }
    }

    private SoftTargetChunk Refusal(SoftTargetRequest request, Exception e)
    {
        if (e is not (KdException or OperationCanceledException))
        {
            log.CallFailed(context.Method, e);
        }

        return new SoftTargetChunk
        {
            Id = request.Id,
            Last = true,
            Error = KdError.From(e)[0].ToProto(),
            Queue = find(request)?.QueuedRows ?? 0,
            RetryAfter = (int)((e as KdException)?.RetryAfter?.TotalMilliseconds ?? 0),
        };
    }
}
