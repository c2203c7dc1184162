using KdCluster.Cluster.Silos.Placement;
using KdCluster.Cluster.Storage;
using KdCluster.Grains;
using KdCluster.Runs;
using KdCluster.SoftTargets;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace KdCluster.Cluster.Teachers;

/// <summary>
/// Decides what a teacher's name stands for, and how many replicas of it there are on which silos; replica grains load. What is not as it should be is put
/// right one step at a time, so that there is always someone who serves: a replica is added before another is taken away.
/// </summary>
internal sealed partial class TeacherGrain(
    [PersistentState("teacher", GrainStorage.Name)] IPersistentState<TeacherState> state, ReplicaSilos silos, KdClusterOptions options, TimeProvider time, ILogger<TeacherGrain> log)
    : Grain, ITeacherGrain
{
    private const int MostFormer = 4;
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private IGrainTimer? _reconciling;

    private string Name => this.GetPrimaryKeyString();

    private TeacherState Kept => state.State;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _reconciling = this.RegisterGrainTimer(ReconcileAsync, new GrainTimerCreationOptions(s_every, s_every) { Interleave = true });
        return base.OnActivateAsync(cancellationToken);
    }

    public async Task<TeacherPlace> DeployAsync(TeacherDeployment deployment)
    {
        await _turn.WaitAsync();
        try
        {
            DropLost();
            ReplicaSlot? first = Kept.Replicas.Find(r => !silos.Draining(r));
            int number = first?.Number ?? ++Kept.LastNumber;
            _refused.Clear();
            TeacherPlace place = await LoadAsync(number, deployment, deployment.Device);
            if (place.Errors.Length > 0)
            {
                return place;
            }

            Remember(deployment, place.Fingerprints);
            (Kept.Deployment, Kept.Fingerprints, Kept.Version, Kept.DeviceKind, Kept.Numerics) = (deployment, place.Fingerprints, Kept.Version + 1, DeviceKind.Of(place.Device), place.Numerics);
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
            return new TeacherPlace("", [TeacherErrors.Unknown(Name)]);
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task KeepAsync()
    {
        // The timer does the work, so that it ends with the grain and no caller waits for it.
        _reconciling?.Change(TimeSpan.Zero, s_every);
        return Task.CompletedTask;
    }

    public Task<TeacherScale> PlacesAsync()
    {
        if (Kept.Deployment is null)
        {
            DeactivateOnIdle();
        }

        ReplicaSlot[] alive = [.. Kept.Replicas.Where(silos.Alive)], staying = [.. alive.Where(r => !silos.Draining(r))];
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
            _refused.Clear();
            await state.WriteStateAsync();
        }
        finally
        {
            _turn.Release();
        }

        await KeepAsync();
        return await PlacesAsync();
    }

    public Task<TeacherDeployment?> FormerAsync(string[] fingerprints, ElementType? element)
    {
        TeacherVersionKey version = new(fingerprints, null);
        return Task.FromResult(Kept.Former.FindLast(f => version.Means(f.Fingerprints, f.Deployment) && (element is null || f.Deployment.Element == element))?.Deployment);
    }

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

    private TeacherPlace? Serving() => Kept.Replicas.Where(silos.Alive).OrderBy(silos.Draining).FirstOrDefault() is { } replica
        ? new TeacherPlace(replica.Endpoint, []) { Silo = replica.Silo, Fingerprints = Kept.Fingerprints }
        : null;

    /// <summary>What was deployed so far is kept in mind for runs that began with it.</summary>
    private void Remember(TeacherDeployment deployment, string[] fingerprints)
    {
        if (Kept.Deployment is not { } before || Kept.Fingerprints.Length == 0 || (Kept.Fingerprints.SequenceEqual(fingerprints) && (before.Element, before.TopK) == (deployment.Element, deployment.TopK)))
        {
            return;
        }

        Kept.Former.RemoveAll(f => f.Fingerprints.SequenceEqual(Kept.Fingerprints) && (f.Deployment.Element, f.Deployment.TopK) == (before.Element, before.TopK));
        Kept.Former.Add(new TeacherVersion(before with { Numerics = Kept.Numerics is { } numerics ? numerics with { Unserved = true } : null }, Kept.Fingerprints));
        if (Kept.Former.Count > MostFormer)
        {
            Kept.Former.RemoveAt(0);
        }
    }
}
