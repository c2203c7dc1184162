using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Telemetry;
using KdCluster.Teachers;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>
/// The replicas of one teacher as one asker sees them: which there are, what each is thought of, and who is asked next. One lock guards
/// all of it; nothing waits inside.
/// </summary>
internal sealed partial class PoolMembers : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PoolMember> _members = new(StringComparer.Ordinal);
    private readonly SortedSet<long> _line = [];
    private readonly HashSet<string> _stores = new(StringComparer.Ordinal);
    private readonly string _teacher;
    private readonly IReplicaList _list;
    private readonly Func<string, IReplica> _connect;
    private readonly PoolOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private ReplicaIdentity? _identity;
    private long _lastTicket;
    private long _lastCheck;
    private long _lastUsable;

    public PoolMembers(string teacher, IReplicaList list, Func<string, IReplica> connect, PoolOptions options, TimeProvider time, Random random, ILogger log)
    {
        (_teacher, _list, _connect, _options, _time, _random, _log) = (teacher, list, connect, options, time, random, log);
        _lastCheck = _lastUsable = time.GetTimestamp();
        Follow();
        list.Changed += Follow;
        _timer = time.CreateTimer(_ => Check(), null, options.Check, options.Check);
    }

    /// <summary>Raised when a caller that found no replica may find one now.</summary>
    public event Action? Changed;

    /// <summary>How many can be asked.</summary>
    public int Usable
    {
        get
        {
            lock (_gate)
            {
                return _members.Values.Count(m => m.Usable);
            }
        }
    }

    /// <summary>Addresses, for people.</summary>
    public string Addresses
    {
        get
        {
            lock (_gate)
            {
                return _members.Count == 0 ? "no address" : string.Join(", ", _members.Keys.Order(StringComparer.Ordinal));
            }
        }
    }

    /// <summary>The store that all replicas write to; empty when they write to several.</summary>
    public string StoreId
    {
        get
        {
            lock (_gate)
            {
                return _stores.Count == 1 ? _stores.Single() : "";
            }
        }
    }

    /// <summary>How long nobody could be asked.</summary>
    public TimeSpan UnusableFor
    {
        get
        {
            lock (_gate)
            {
                return _members.Values.Any(m => m.Usable) ? TimeSpan.Zero : _time.GetElapsedTime(_lastUsable);
            }
        }
    }

    /// <summary>Why nobody can be asked: no replica has the teacher, and none is expected (or none was, for a while). Null when one is expected.</summary>
    public Exception? Hopeless
    {
        get
        {
            lock (_gate)
            {
                bool final = _list.IsFixed || _time.GetElapsedTime(_lastUsable) > _options.MaxRetryDelay;
                return final && _members.Values.All(m => m is { State: MemberState.Out, Reason: OutReason.Absent }) ? _members.Values.FirstOrDefault()?.Fault : null;
            }
        }
    }

    /// <summary>Waits until it is known what the teacher is: one replica has said so, and the others too or they had a second.</summary>
    /// <exception cref="KdException"><c>KD1306</c>, <c>KD1308</c>: no replica can be used; <c>KD1321</c>: they are not the same model.</exception>
    public async Task<ReplicaIdentity> ReadyAsync(CancellationToken cancellationToken)
    {
        long since = _time.GetTimestamp(), first = 0;
        Wakeup news = new(_time);
        Changed += news.Raise;
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                lock (_gate)
                {
                    bool settled = _members.Count > 0 && _members.Values.All(m => m.State != MemberState.New);
                    first = first == 0 && _identity is not null ? _time.GetTimestamp() : first;
                    if (_identity is { } identity && (settled || _time.GetElapsedTime(first) >= _options.ProbeTimeout))
                    {
                        return _list.IsFixed && _members.Values.FirstOrDefault(m => m.Fault is KdException { Code: "KD1321" })?.Fault is { } mixed ? throw mixed : identity;
                    }

                    if ((settled && _list.IsFixed && _identity is null) || _time.GetElapsedTime(since) > _options.UnavailableTimeout)
                    {
                        PoolMember? failed = _members.Values.FirstOrDefault(m => m.Fault is not null);
                        throw failed is null
                            ? ReplicaFaults.Unreachable(_teacher, Addresses, null)
                            : ReplicaFaults.Coded(failed.Fault!, _teacher, failed.Replica.Address);
                    }
                }

                await news.WaitAsync(_options.Check, cancellationToken);
            }
        }
        finally
        {
            Changed -= news.Raise;
        }
    }

    /// <summary>A place in the line of those who found nobody to ask: who came first is served first.</summary>
    public long Line()
    {
        lock (_gate)
        {
            _line.Add(++_lastTicket);
            return _lastTicket;
        }
    }

    public void LeaveLine(long ticket)
    {
        lock (_gate)
        {
            _line.Remove(ticket);
        }

        Changed?.Invoke();
    }

    /// <summary>Room at a replica, by the power of two choices; null when every one is busy, avoided or excepted, or others were first.</summary>
    /// <param name="rows">Rows to be asked for.</param>
    /// <param name="except">Who is asked already.</param>
    /// <param name="ticket">The place in the line; null before joining it.</param>
    public PoolSeat? TryTake(int rows, IReadOnlyCollection<PoolMember> except, long? ticket)
    {
        lock (_gate)
        {
            // Those who ask a second replica do not stand in line: their room is bounded otherwise.
            if (except.Count == 0 && _line.Count > 0 && _line.Min != ticket)
            {
                return null;
            }

            long now = _time.GetTimestamp();
            List<PoolMember> candidates = [.. _members.Values.Where(m => m.FullUntil <= now && !except.Contains(m) && m.State switch
            {
                MemberState.Good => m.InFlight < _options.InFlight,
                MemberState.Trial => m.InFlight == 0,
                _ => false,
            })];
            if (candidates.Count == 0)
            {
                return null;
            }

            if (candidates.Exists(m => !m.Leaving))
            {
                candidates.RemoveAll(m => m.Leaving);
            }

            PoolMember member = TwoChoices.Pick(candidates, _random);
            member.Begin(now, rows);
            return new PoolSeat(member, now);
        }
    }

    /// <summary>One attempt. Never throws: what went wrong is in the outcome, and the replica is judged by it.</summary>
    public async Task<PoolOutcome> AskAsync(PoolSeat seat, TeacherRequest request, CancellationToken cancellationToken)
    {
        PoolMember member = seat.Member;
        try
        {
            IReadOnlyList<byte[]> rows = await member.Replica.AskAsync(request, cancellationToken);
            lock (_gate)
            {
                member.Took(_time.GetElapsedTime(seat.Began).TotalSeconds);
                member.Prove();
            }

            return new PoolOutcome(rows, null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            lock (_gate)
            {
                // Given up because another was faster: a lower bound, which counts only against it.
                double seconds = _time.GetElapsedTime(seat.Began).TotalSeconds;
                if (member.Samples > 0 && seconds > member.Seconds)
                {
                    member.Took(seconds);
                }
            }

            return default;
        }
        catch (Exception e)
        {
            Blame(member, e);
            return new PoolOutcome(null, e);
        }
        finally
        {
            Release(seat);
        }
    }

    /// <summary>The replica to ask for anything but rows.</summary>
    public IReplica? AnyUsable()
    {
        lock (_gate)
        {
            return _members.Values.FirstOrDefault(m => m.Usable)?.Replica;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _list.Changed -= Follow;
        await _timer.DisposeAsync();
        _stop.Cancel();
        PoolMember[] members;
        lock (_gate)
        {
            members = [.. _members.Values];
            _members.Clear();
            Array.ForEach(members, m => m.Vanish());
        }

        foreach (PoolMember member in members)
        {
            await member.Replica.DisposeAsync();
        }

        await _list.DisposeAsync();
        _stop.Dispose();
    }

    private void Release(PoolSeat seat)
    {
        bool over;
        lock (_gate)
        {
            seat.Member.End(seat.Began);
            over = seat.Member is { State: MemberState.Gone, InFlight: 0 } && !_stop.IsCancellationRequested;
        }

        if (over)
        {
            seat.Member.Replica.DisposeAsync().AsTask().LogFaults(_log, $"closing {seat.Member.Replica.Address}");
        }

        Changed?.Invoke();
    }

    private void Blame(PoolMember member, Exception fault)
    {
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            switch (ReplicaFaults.Judge(fault))
            {
                case ReplicaFaults.Verdict.Full:
                    member.FullUntil = After(now, (fault as KdException)?.RetryAfter ?? _options.RetryDelay);
                    break;
                case ReplicaFaults.Verdict.Absent:
                    PutOut(member, OutReason.Absent, fault);
                    break;
                case ReplicaFaults.Verdict.Broken or ReplicaFaults.Verdict.Faulty:
                    PutOut(member, OutReason.Broken, fault);
                    break;
            }
        }
    }
}
