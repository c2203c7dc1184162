using KdCluster.Cluster.Telemetry;

namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>What a replica is thought of: who is in the list, who is put out and why, and who comes back.</summary>
internal sealed partial class PoolMembers
{
    /// <summary>Takes up what the list says now.</summary>
    private void Follow()
    {
        List<PoolMember> over = [];
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            IReadOnlyList<string> current = _list.Current;
            foreach (string address in _members.Keys.Except(current).ToArray())
            {
                _members.Remove(address, out PoolMember? gone);
                gone!.Vanish();
                if (gone.InFlight == 0)
                {
                    over.Add(gone);
                }
            }

            foreach (string address in current.Where(a => !_members.ContainsKey(a)))
            {
                IReplica replica = _connect(address);
                PoolMember member = new(replica);
                _members[address] = member;
                replica.Reported += sign => Hear(member, sign);
                Probe(member);
            }
        }

        foreach (PoolMember gone in over)
        {
            gone.Replica.DisposeAsync().AsTask().LogFaults(_log, $"closing {gone.Replica.Address}");
        }

        Changed?.Invoke();
    }

    private void Hear(PoolMember member, ReplicaSign sign)
    {
        bool broke = false;
        lock (_gate)
        {
            if (sign.Broken is null)
            {
                bool news = sign.Leaving && !member.Leaving;
                member.Sign(_time.GetTimestamp(), sign);
                if (news)
                {
                    _log.ReplicaLeaves(_teacher, member.Replica.Address);
                }
            }
            else if (member.Usable)
            {
                broke = true;
                PutOut(member, member.Leaving ? OutReason.Left : OutReason.Broken, sign.Broken);
            }
        }

        if (broke)
        {
            Changed?.Invoke();
        }
    }

    private void Check()
    {
        bool changed = false;
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            long now = _time.GetTimestamp();
            // This process itself stood still: that nothing was heard meanwhile says nothing.
            bool away = _time.GetElapsedTime(_lastCheck, now) > _options.SilentAfter / 2;
            _lastCheck = now;
            foreach (PoolMember member in _members.Values)
            {
                if (away)
                {
                    member.Forgive(now);
                }
                else if (member.Usable && Suspicion(member, now) is var reason and not OutReason.None)
                {
                    PutOut(member, reason, null);
                    changed = true;
                }

                // Nothing is under way there, and there are others: let go, so that it may go.
                if (member is { Usable: true, Leaving: true, InFlight: 0 } && _members.Values.Any(m => m is { State: MemberState.Good, Leaving: false }))
                {
                    PutOut(member, OutReason.Left, null);
                    member.Replica.Reset();
                }

                if (member.State == MemberState.Out && !member.Probing && member.RestUntil <= now)
                {
                    Probe(member);
                }
            }

            if (_members.Values.Any(m => m.Usable))
            {
                _lastUsable = now;
            }
        }

        if (changed)
        {
            Changed?.Invoke();
        }
    }

    private OutReason Suspicion(PoolMember member, long now)
    {
        if (member.LastSign is { } sign && _time.GetElapsedTime(sign, now) > _options.SilentAfter)
        {
            return OutReason.Silent;
        }

        double[] peers = [.. _members.Values.Where(m => m != member && m.State == MemberState.Good && m.Samples >= 3).Select(m => m.Seconds).Order()];
        if (peers.Length == 0)
        {
            return OutReason.None;
        }

        double slow = (peers[(peers.Length - 1) / 2] * _options.SlowFactor) + _options.SlowMargin.TotalSeconds;
        bool late = member.Oldest is { } began && _time.GetElapsedTime(began, now).TotalSeconds > slow;
        return late || (member.Samples >= 3 && member.Seconds > slow) ? OutReason.Slow : OutReason.None;
    }

    private void PutOut(PoolMember member, OutReason reason, Exception? fault)
    {
        if (member.State is MemberState.Gone or MemberState.Out)
        {
            return;
        }

        long now = _time.GetTimestamp();
        member.Leave(reason, fault, After(now, Rest(member, reason)));
        if (reason != OutReason.Left)
        {
            TeacherMetrics.Avoided(_teacher, reason.ToString().ToLowerInvariant());
            _log.ReplicaAvoided(_teacher, member.Replica.Address, reason, fault?.Message ?? "");
        }

        if (_members.Values.Any(m => m.Usable))
        {
            _lastUsable = now;
        }
        else
        {
            // The last one: whoever was avoided for long may have been back for long.
            foreach (PoolMember other in _members.Values.Where(m => m != member && m.State == MemberState.Out))
            {
                other.Hurry(now);
            }
        }

        _list.Look();
    }

    private void Probe(PoolMember member)
    {
        member.Probing = true;
        TeacherVersionKey wanted = _identity?.Description is { } known ? TeacherVersionKey.Of(known) : TeacherVersionKey.Newest;
        ProbeAsync(member, member.State == MemberState.New ? _options.UnavailableTimeout : _options.ProbeTimeout, wanted).LogFaults(_log, $"trying {member.Replica.Address}");
    }

    private async Task ProbeAsync(PoolMember member, TimeSpan within, TeacherVersionKey wanted)
    {
        ReplicaIdentity? identity = null;
        Exception? fault = null;
        try
        {
            using CancellationTokenSource deadline = new(within, _time);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token);
            identity = await member.Replica.DescribeAsync(wanted, either.Token).WaitAsync(either.Token);
        }
        catch (Exception e)
        {
            fault = e is OperationCanceledException ? new TimeoutException($"no answer within {within.TotalSeconds:0.#} s", e) : e;
        }

        lock (_gate)
        {
            member.Probing = false;
            if (_stop.IsCancellationRequested || member.State == MemberState.Gone)
            {
                return;
            }

            Take(member, identity, fault);
        }

        Changed?.Invoke();
    }

    private void Take(PoolMember member, ReplicaIdentity? identity, Exception? fault)
    {
        if (identity is not null && _identity is { } first && !TeacherIdentity.Same(first.Description, identity.Description))
        {
            fault = new KdException(
                "KD1321", $"the replica at {member.Replica.Address} is another model than the first one that answered.", $"teacher {_teacher}",
                "Deploy the same checkpoint with the same element type under this name on all silos.");
        }

        if (fault is not null)
        {
            OutReason reason = fault is KdException { Code: "KD1308" or "KD1312" or "KD1321" } ? OutReason.Absent : OutReason.Broken;
            member.Leave(reason, fault, After(_time.GetTimestamp(), Rest(member, reason)));
            member.Replica.Reset();
            return;
        }

        _identity ??= identity;
        _stores.Add(identity!.StoreId);
        bool back = member.State == MemberState.Out;
        member.Join(onTrial: back);
        _lastUsable = _time.GetTimestamp();
        if (back)
        {
            _log.ReplicaBack(_teacher, member.Replica.Address);
        }
    }

    private TimeSpan Rest(PoolMember member, OutReason reason)
    {
        if (reason == OutReason.Left)
        {
            return _options.MaxRetryDelay;
        }

        TimeSpan rest = _options.RetryDelay * Math.Pow(2, Math.Min(member.Rests, 10));
        return rest < _options.MaxRetryDelay ? rest : _options.MaxRetryDelay;
    }

    private long After(long now, TimeSpan span) => now + (long)(span.TotalSeconds * _time.TimestampFrequency);
}
