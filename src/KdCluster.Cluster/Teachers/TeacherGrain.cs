using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Silos.Placement;
using KdCluster.Cluster.Storage;
using KdCluster.Grains;
using KdCluster.Runs;
using KdCluster.Silos;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace KdCluster.Cluster.Teachers;

/// <summary>
/// Decides what a teacher's name stands for, and how many replicas of it there are on which silos; replica grains load. What is not as it should be is put
/// right one step at a time, so that there is always someone who serves: a replica is added before another is taken away.
/// </summary>
internal sealed class TeacherGrain(
    [PersistentState("teacher", GrainStorage.Name)] IPersistentState<TeacherState> state, SiloBoard board, ISiloStatusOracle membership, TimeProvider time, ILogger<TeacherGrain> log)
    : Grain, ITeacherGrain
{
    private const int MostFormer = 4;
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(30);

    // Askers look every second where the replicas are: so long one serves on after it was taken from the list.
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly ReplicaScaler _scaler = new(time);
    private ErrorRecord[] _trouble = [];
    private long? _failed;
    private long? _looked;

    private string Name => this.GetPrimaryKeyString();

    private TeacherState Kept => state.State;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(KeepAsync, new GrainTimerCreationOptions(s_every, s_every) { Interleave = true });
        return base.OnActivateAsync(cancellationToken);
    }

    public async Task<TeacherPlace> DeployAsync(TeacherDeployment deployment)
    {
        await _turn.WaitAsync();
        try
        {
            DropLost();
            ReplicaSlot? first = Kept.Replicas.Find(r => !Draining(r));
            int number = first?.Number ?? ++Kept.LastNumber;
            TeacherPlace place = await LoadAsync(number, deployment);
            if (place.Errors.Length > 0)
            {
                return place;
            }

            Remember(place.Fingerprints);
            (Kept.Deployment, Kept.Fingerprints, Kept.Version) = (deployment, place.Fingerprints, Kept.Version + 1);
            Kept.Replicas.RemoveAll(r => r.Number == number);
            Kept.Replicas.Insert(0, new ReplicaSlot(number, place.Endpoint, place.Silo, Kept.Version));
            await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Teachers).AddAsync(Name);
            await state.WriteStateAsync();
            return place;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<TeacherPlace> LocateAsync()
    {
        if (Serving() is { } serving)
        {
            return serving;
        }

        await _turn.WaitAsync();
        try
        {
            DropLost();
            if (Serving() is { } there)
            {
                return there;
            }

            if (Kept.Deployment is not null)
            {
                return await AddAsync();
            }

            // Whoever asks for teachers that there are not shall not fill the memory with them.
            DeactivateOnIdle();
            return new TeacherPlace("", [ErrorRecord.From(TeacherErrors.Unknown(Name))]);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task KeepAsync()
    {
        if (Kept.Deployment is not null && await _turn.WaitAsync(0))
        {
            _ = PutRightAsync();
        }
    }

    public Task<TeacherScale> PlacesAsync()
    {
        if (Kept.Deployment is null)
        {
            DeactivateOnIdle();
        }

        ReplicaSlot[] alive = [.. Kept.Replicas.Where(Alive)], staying = [.. alive.Where(r => !Draining(r))];
        return Task.FromResult(new TeacherScale
        {
            Replicas = Kept.Desired,
            Min = Kept.Min,
            Max = Kept.Max,
            Endpoints = [.. (staying.Length > 0 ? staying : alive).Select(r => r.Endpoint).Distinct()],
            Trouble = _trouble,
            Deployed = Kept.Deployment is not null,
            Fingerprints = Kept.Fingerprints,
        });
    }

    public async Task<TeacherScale> ScaleAsync(int replicas, int min, int max)
    {
        await _turn.WaitAsync();
        try
        {
            (Kept.Desired, Kept.Min, Kept.Max) = (replicas, min, max);
            (_trouble, _failed) = ([], null);
            await state.WriteStateAsync();
        }
        finally
        {
            _turn.Release();
        }

        await KeepAsync();
        return await PlacesAsync();
    }

    public Task<TeacherDeployment?> FormerAsync(string[] fingerprints) =>
        Task.FromResult(Kept.Former.FindLast(f => fingerprints.All(p => f.Fingerprints.Contains(p)))?.Deployment);

    public Task<TeacherDeployment?> GetAsync() => Task.FromResult(Kept.Deployment);

    public async Task<bool> UndeployAsync()
    {
        await _turn.WaitAsync();
        try
        {
            bool existed = Kept.Deployment is not null;
            DropLost();
            await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Teachers).RemoveAsync(Name);
            foreach (ReplicaSlot replica in Kept.Replicas)
            {
                await Replica(replica.Number).UnloadAsync(replica.Silo);
            }

            await state.ClearStateAsync();
            state.State = new TeacherState();
            return existed;
        }
        finally
        {
            _turn.Release();
        }
    }

    private ITeacherReplicaGrain Replica(int number) => GrainFactory.GetGrain<ITeacherReplicaGrain>($"{Name}/{number}");

    private bool Alive(ReplicaSlot replica) => membership.GetActiveSilos().Any(s => s.ToParsableString() == replica.Silo);

    private bool Draining(ReplicaSlot replica) => board.Silos.Any(s => s.Address == replica.Silo && s.Draining);

    private bool Free(SiloState silo) => silo.Roles.Contains(SiloRoleNames.Teacher) && !silo.Draining && !Kept.Replicas.Exists(r => r.Silo == silo.Address);

    private TeacherPlace? Serving() => Kept.Replicas.Where(Alive).OrderBy(Draining).FirstOrDefault() is { } replica
        ? new TeacherPlace(replica.Endpoint, []) { Silo = replica.Silo, Fingerprints = Kept.Fingerprints }
        : null;

    private bool DropLost() => Kept.Replicas.RemoveAll(r => !Alive(r)) > 0;

    private async Task PutRightAsync()
    {
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
            Fail([ErrorRecord.From(TeacherErrors.NoRoom(Name, Kept.Replicas.Count, Kept.Desired, e.Message))]);
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

        if (Kept.Replicas.Find(r => r.Version != Kept.Version && !Draining(r)) is { } old)
        {
            return await RenewAsync(old);
        }

        if (Kept.Replicas.Count(r => !Draining(r)) < Kept.Desired)
        {
            TeacherPlace added = await AddAsync();
            return added.Errors.Length == 0;
        }

        (_trouble, _failed) = ([], null);
        if (Kept.Replicas.Find(Draining) is { } leaving)
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
        if (Kept.Replicas.Count > 0 && !board.Silos.Any(Free))
        {
            TeacherPlace none = new("", [ErrorRecord.From(TeacherErrors.NoRoom(Name, Kept.Replicas.Count, Kept.Desired, "every silo that could hold it has it."))]);
            Fail(none.Errors);
            return none;
        }

        int number = ++Kept.LastNumber;
        TeacherPlace place = await LoadAsync(number, Kept.Deployment!);
        if (place.Errors.Length == 0 && Kept.Replicas.Exists(r => r.Silo == place.Silo))
        {
            place = new TeacherPlace("", [ErrorRecord.From(TeacherErrors.NoRoom(Name, Kept.Replicas.Count, Kept.Desired, "every silo that could hold it has it."))]);
        }

        if (place.Errors.Length > 0)
        {
            Fail(place.Errors);
            return place;
        }

        Kept.Fingerprints = place.Fingerprints;
        Kept.Replicas.Add(new ReplicaSlot(number, place.Endpoint, place.Silo, Kept.Version));
        await state.WriteStateAsync();
        log.ReplicaAdded(Name, place.Endpoint, Kept.Replicas.Count);
        return place;
    }

    private async Task<bool> RenewAsync(ReplicaSlot old)
    {
        TeacherPlace place = await LoadAsync(old.Number, Kept.Deployment!);
        Kept.Replicas.Remove(old);
        if (place.Errors.Length == 0 && place.Silo == old.Silo)
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

        TeacherLoad[] loads = [.. board.Silos.SelectMany(s => s.Loads).Where(l => l.Name == Name)];
        double queued = loads.Sum(l => l.QueuedRows), rate = loads.Sum(l => l.RowsPerSecond);
        // Rows wait and none comes out: as slow as can be.
        double seconds = queued == 0 ? 0 : rate > 0 ? queued / rate : double.PositiveInfinity;
        int desired = _scaler.Next(Kept.Desired, Kept.Replicas.Count, seconds, Kept.Min, Kept.Max);
        if (desired != Kept.Desired)
        {
            log.Autoscaled(Name, Kept.Desired, desired, seconds);
            Kept.Desired = desired;
            await state.WriteStateAsync();
        }
    }

    private Task<TeacherPlace> LoadAsync(int number, TeacherDeployment deployment)
    {
        ModelBytes.Announce(deployment.Checkpoint);
        OtherReplicas.Announce(Kept.Replicas.Where(r => r.Number != number).Select(r => r.Silo));
        return Replica(number).LoadAsync(deployment);
    }

    /// <summary>What was deployed so far is kept in mind for runs that began with it.</summary>
    private void Remember(string[] fingerprints)
    {
        if (Kept.Deployment is not { } before || Kept.Fingerprints.Length == 0 || Kept.Fingerprints.SequenceEqual(fingerprints))
        {
            return;
        }

        Kept.Former.RemoveAll(f => f.Fingerprints.SequenceEqual(Kept.Fingerprints));
        Kept.Former.Add(new TeacherVersion(before, Kept.Fingerprints));
        if (Kept.Former.Count > MostFormer)
        {
            Kept.Former.RemoveAt(0);
        }
    }

    private void Fail(ErrorRecord[] errors)
    {
        (_trouble, _failed) = (errors, time.GetTimestamp());
        log.ReplicaFailed(Name, errors[0].ToError().ToString());
    }
}
