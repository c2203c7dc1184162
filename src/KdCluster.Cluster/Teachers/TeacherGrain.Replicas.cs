using KdCluster.Cluster.Silos.Placement;
using KdCluster.Grains;
using KdCluster.Runs;

namespace KdCluster.Cluster.Teachers;

/// <summary>How a teacher's replicas are kept: what is missing, too much, outdated or about to leave is put right, one step at a time.</summary>
internal sealed partial class TeacherGrain
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(30);

    // Askers look every second where the replicas are: so long one serves on after it was taken from the list.
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    private readonly ReplicaScaler _scaler = new(options.ScaleCalm, time);
    private readonly RefusedSilos _refused = new();
    private KdError[] _trouble = [];
    private long? _failed;
    private long? _looked;

    private ITeacherReplicaGrain Replica(int number) => GrainFactory.GetGrain<ITeacherReplicaGrain>($"{Name}/{number}");

    private bool Served => Kept.Replicas.Exists(silos.Alive);

    private bool DropLost() => Kept.Replicas.RemoveAll(r => !silos.Alive(r)) > 0;

    private async Task ReconcileAsync()
    {
        if (Kept.Deployment is null || !await _turn.WaitAsync(0))
        {
            return;
        }

        try
        {
            await AutoscaleAsync();
            while (_failed is not { } failed || time.GetElapsedTime(failed) >= s_retry)
            {
                if (!await StepAsync())
                {
                    break;
                }
            }
        }
        catch (Exception e)
        {
            // Orleans has no silo for it, or the one it had went away: looked at again in a moment.
            Fail([NoRoom(e.Message)]);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>One thing that is not as it should be.</summary>
    /// <returns>Whether there may be more.</returns>
    private async Task<bool> StepAsync()
    {
        if (DropLost())
        {
            await state.WriteStateAsync();
        }

        if (Kept.Replicas.Find(r => r.Version != Kept.Version && !silos.Draining(r)) is { } old)
        {
            return await RenewAsync(old);
        }

        if (Kept.Replicas.Count(r => !silos.Draining(r)) < Kept.Desired)
        {
            TeacherPlace added = await AddAsync();
            return added.Errors.Length == 0;
        }

        (_trouble, _failed) = ([], null);
        if (Kept.Replicas.Find(silos.Draining) is { } leaving)
        {
            await RemoveAsync(leaving);
            return true;
        }

        if (Kept.Replicas.Count > Kept.Desired)
        {
            await RemoveAsync(Kept.Replicas[^1]);
            return true;
        }

        return await LookAsync();
    }

    private async Task<TeacherPlace> AddAsync()
    {
        _refused.Forget(silos.Alive, Served, Kept.Numerics?.Runtime);
        TeacherPlace place;
        int number;
        do
        {
            if (!silos.AnyFree(Others(0), ModelBytes.Of(Kept.Deployment!.Checkpoint), Kept.DeviceKind))
            {
                // No failure to recover from, but how things stand: seen again at the next look, at once when a silo joins.
                Trouble([.. _refused.Refusals, NoRoom()]);
                return new TeacherPlace("", _trouble);
            }

            number = ++Kept.LastNumber;
            place = await LoadAsync(number, Kept.Deployment!, Kept.DeviceKind, Kept.Numerics);
        }
        while (Refused(place));

        if (place.Errors.Length == 0 && !Wanted(place))
        {
            place = new TeacherPlace("", [NoRoom()]);
        }

        if (place.Errors.Length > 0)
        {
            Fail(place.Errors);
            return place;
        }

        (Kept.Fingerprints, Kept.DeviceKind) = (place.Fingerprints, DeviceKind.Of(place.Device));
        Kept.Numerics = Kept.Replicas.Count == 0 || Kept.Numerics is null ? place.Numerics : Kept.Numerics;
        Kept.Replicas.Add(new ReplicaSlot(number, place.Endpoint, place.Silo, Kept.Version));
        await state.WriteStateAsync();
        log.ReplicaAdded(Name, place.Endpoint, Kept.Replicas.Count);
        return place;
    }

    /// <summary>On a silo that has none yet, on a device of the pool's kind.</summary>
    private bool Wanted(TeacherPlace place) =>
        !Kept.Replicas.Exists(r => r.Silo == place.Silo) && (Kept.DeviceKind.Length == 0 || DeviceKind.Of(place.Device) == Kept.DeviceKind);

    private async Task<bool> RenewAsync(ReplicaSlot old)
    {
        TeacherPlace place = await LoadAsync(old.Number, Kept.Deployment!, Kept.DeviceKind, Kept.Numerics);
        Kept.Replicas.Remove(old);
        if (Refused(place))
        {
            // Else it would go on as the silo's newest version.
            await Replica(old.Number).UnloadAsync(old.Silo);
        }

        if (place.Errors.Length == 0 && place.Silo == old.Silo && Wanted(place))
        {
            Kept.Replicas.Add(old with { Version = Kept.Version });
        }

        await state.WriteStateAsync();
        return true;
    }

    private async Task RemoveAsync(ReplicaSlot replica)
    {
        Kept.Replicas.Remove(replica);
        await state.WriteStateAsync();
        await Task.Delay(s_farewell, time);
        await Replica(replica.Number).UnloadAsync(replica.Silo);
        log.ReplicaRemoved(Name, replica.Endpoint, Kept.Replicas.Count);
    }

    /// <summary>Looks after each replica now and then: its grain stays in memory, and a model that is gone is missed.</summary>
    private async Task<bool> LookAsync()
    {
        if (_looked is { } looked && time.GetElapsedTime(looked) < s_lookAgain)
        {
            return false;
        }

        _looked = time.GetTimestamp();
        foreach (ReplicaSlot replica in Kept.Replicas.ToArray())
        {
            if ((await Replica(replica.Number).CheckAsync()).Silo != replica.Silo)
            {
                Kept.Replicas.Remove(replica);
                await state.WriteStateAsync();
                return true;
            }
        }

        return false;
    }

    private async Task AutoscaleAsync()
    {
        if (Kept.Max <= Kept.Min)
        {
            return;
        }

        double seconds = silos.QueueSeconds(Name);
        int desired = _scaler.Next(Kept.Desired, Kept.Replicas.Count, seconds, Kept.Min, Kept.Max);
        if (desired != Kept.Desired)
        {
            log.Autoscaled(Name, Kept.Desired, desired, seconds);
            Kept.Desired = desired;
            await state.WriteStateAsync();
        }
    }

    /// <summary>Whether a silo would not answer as the others do: it is not asked again, others are.</summary>
    private bool Refused(TeacherPlace place)
    {
        if (_refused.Add(place) is not { } refusal)
        {
            return false;
        }

        log.ReplicaRefused(Name, place.Silo, refusal.ToString());
        return true;
    }

    /// <summary>Silos that a replica does not come to: they hold another one, or were refused.</summary>
    private string[] Others(int number) => [.. Kept.Replicas.Where(r => r.Number != number).Select(r => r.Silo), .. _refused.Silos];

    private async Task<TeacherPlace> LoadAsync(int number, TeacherDeployment deployment, string device, TeacherNumerics? numerics = null)
    {
        string kind = DeviceKind.Of(device);
        string[] others = Others(number);
        // One that is somewhere already stays there.
        ReservedSilo.Announce(Kept.Replicas.Exists(r => r.Number == number)
            ? null
            : await GrainFactory.GetGrain<IBoardGrain>(IBoardGrain.Key).ReserveAsync(Name, ModelBytes.Of(deployment.Checkpoint), kind, others));
        ModelBytes.Announce(deployment.Checkpoint);
        DeviceKind.Announce(kind);
        OtherReplicas.Announce(others);
        // A silo whose own device is another can still compute on its processor; which of several GPUs it takes is its own affair.
        TeacherDeployment there = deployment with { Numerics = numerics is null ? null : numerics with { Unserved = !Served } };
        return await Replica(number).LoadAsync(deployment.Device.Length == 0 && device == "cpu" ? there with { Device = device } : there);
    }

    private KdError NoRoom(string? reason = null) => TeacherErrors.NoRoom(
        Name, Kept.Replicas.Count, Kept.Desired, reason ?? $"no other silo with the role teacher{(Kept.DeviceKind is "" or "cpu" ? "" : $", with a {Kept.DeviceKind} device as the others")} and with room is alive and not being emptied.");

    private void Fail(KdError[] errors)
    {
        _failed = time.GetTimestamp();
        Trouble(errors);
    }

    private void Trouble(KdError[] errors)
    {
        // Tried again and again, told once.
        if (!_trouble.Select(t => t.What).SequenceEqual(errors.Select(e => e.What)))
        {
            log.ReplicaFailed(Name, errors[0].ToString());
        }

        _trouble = errors;
    }
}
