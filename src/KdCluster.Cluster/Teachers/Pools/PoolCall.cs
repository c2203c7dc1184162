using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Telemetry;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>
/// One request and its attempts: asked of one replica; of a second one when the first is late and the budget allows, or when the first
/// becomes doubtful; elsewhere when it fails. The first answer is taken: any replica gives the same bytes.
/// </summary>
internal sealed class PoolCall(PoolMembers members, LatencyWindow latencies, HedgeBudget hedges, PoolOptions options, TimeProvider time, TeacherRequest request, string teacher)
{
    private const int MostAtOnce = 3, MostFaulty = 2;
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(1);

    private readonly List<Attempt> _pending = [];
    private readonly Wakeup _news = new(time);
    private Exception? _last;
    private int _faulty;
    private bool _hedged;
    private bool _asked;
    private bool _listening;
    private long? _ticket;

    /// <exception cref="KdException">The request is refused, or <c>KD1306</c>: nobody answered in time.</exception>
    public async Task<IReadOnlyList<byte[]>> RunAsync(CancellationToken cancellationToken)
    {
        hedges.Earn();
        using CancellationTokenSource deadline = new(options.Deadline, time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            while (true)
            {
                BeginIfWanted(stop.Token);
                await WaitAsync(stop.Token);
                if (await AnswerAsync() is { } rows)
                {
                    return rows;
                }

                cancellationToken.ThrowIfCancellationRequested();
                if (deadline.IsCancellationRequested)
                {
                    throw Unreachable($"no answer within {options.Deadline.TotalSeconds:0} s");
                }

                if (_pending.Count == 0)
                {
                    GiveUpIfHopeless();
                }
            }
        }
        finally
        {
            Listen(false);
            LeaveLine();
            _pending.ForEach(a => a.Seat.Member.Doubted -= _news.Raise);
            stop.Cancel();
        }
    }

    /// <summary>No replica is being asked, or none that is expected to answer.</summary>
    private bool InNeed => _pending.TrueForAll(a => !a.Seat.Member.Usable);

    private void BeginIfWanted(CancellationToken cancellationToken)
    {
        if (InNeed && _pending.Count < MostAtOnce)
        {
            Begin(_asked ? "again" : "first", cancellationToken);
        }
        else if (!_hedged && _pending.Count == 1 && time.GetElapsedTime(_pending[0].Seat.Began) >= latencies.Late)
        {
            _hedged = true;
            if (hedges.TrySpend() && !Begin("hedge", cancellationToken))
            {
                hedges.Refund();
            }
        }
    }

    private bool Begin(string kind, CancellationToken cancellationToken)
    {
        if (members.TryTake(request.Inputs.Count, [.. _pending.Select(a => a.Seat.Member)], _ticket) is not { } seat)
        {
            _ticket ??= _pending.Count == 0 ? members.Line() : null;
            return false;
        }

        LeaveLine();
        _asked = true;
        TeacherMetrics.Attempt(teacher, kind);
        seat.Member.Doubted += _news.Raise;
        _pending.Add(new Attempt(seat, AskAsync(seat, cancellationToken)));
        return true;
    }

    private async Task<PoolOutcome> AskAsync(PoolSeat seat, CancellationToken cancellationToken)
    {
        PoolOutcome outcome = await members.AskAsync(seat, request, cancellationToken);
        _news.Raise();
        return outcome;
    }

    private Task WaitAsync(CancellationToken cancellationToken)
    {
        if (InNeed)
        {
            if (_listening)
            {
                return _news.WaitAsync(options.Check, cancellationToken);
            }

            // Someone may have become free just before: look again first.
            Listen(true);
            return Task.CompletedTask;
        }

        Listen(false);
        TimeSpan left = latencies.Late - time.GetElapsedTime(_pending[0].Seat.Began);
        return _news.WaitAsync(_hedged ? options.Deadline : left > s_soon ? left : s_soon, cancellationToken);
    }

    private void LeaveLine()
    {
        if (_ticket is { } ticket)
        {
            _ticket = null;
            members.LeaveLine(ticket);
        }
    }

    private void Listen(bool listen)
    {
        if (listen && !_listening)
        {
            members.Changed += _news.Raise;
        }
        else if (!listen && _listening)
        {
            members.Changed -= _news.Raise;
        }

        _listening = listen;
    }

    private async Task<IReadOnlyList<byte[]>?> AnswerAsync()
    {
        foreach (Attempt attempt in _pending.Where(a => a.Answer.IsCompleted).ToArray())
        {
            _pending.Remove(attempt);
            attempt.Seat.Member.Doubted -= _news.Raise;
            PoolOutcome outcome = await attempt.Answer;
            if (outcome.Rows is { } rows)
            {
                latencies.Add(time.GetElapsedTime(attempt.Seat.Began));
                return rows;
            }

            _last = outcome.Fault ?? _last;
            ReplicaFaults.Verdict? verdict = outcome.Fault is { } fault ? ReplicaFaults.Judge(fault) : null;
            if (verdict == ReplicaFaults.Verdict.Fatal || (verdict == ReplicaFaults.Verdict.Faulty && ++_faulty >= MostFaulty))
            {
                throw ReplicaFaults.Coded(outcome.Fault!, teacher, attempt.Seat.Member.Replica.Address);
            }
        }

        return null;
    }

    private void GiveUpIfHopeless()
    {
        if (members.Hopeless is { } absent)
        {
            throw ReplicaFaults.Coded(absent, teacher, members.Addresses);
        }

        if (members.UnusableFor > options.UnavailableTimeout)
        {
            throw Unreachable($"no replica could be used for {options.UnavailableTimeout.TotalSeconds:0} s");
        }
    }

    private KdException Unreachable(string why) => ReplicaFaults.Unreachable(teacher, members.Addresses, new TimeoutException(_last is null ? why : $"{why}; the last said: {_last.Message}", _last));

    private sealed record Attempt(PoolSeat Seat, Task<PoolOutcome> Answer);
}
