using KdCluster.Client;
using KdCluster.Cluster.Services;
using KdCluster.Cluster.Silos;
using KdCluster.Grains;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers;

/// <summary>Finds a deployed teacher, here or on another silo; it is loaded first when no silo has held it since it started.</summary>
internal sealed class TeacherDirectory(TeacherRegistry registry, KdClusterOptions options, SelfEndpoint self, PeerClients peers, GrainRetry retry, IGrainFactory grains)
{
    private readonly SemaphoreSlim _former = new(1);

    /// <summary>The teacher on this silo's device, else a connection to the silo that holds it.</summary>
    /// <exception cref="KdException"><c>KD1308</c>: no such name; <c>KD12xx</c>: its checkpoint can no longer be used.</exception>
    public async Task<(TeacherHost? Here, KdClient? There)> LocateAsync(string name, CancellationToken cancellationToken = default)
    {
        if (registry.Find(name) is { } host)
        {
            return (host, null);
        }

        if (!Names.Good(name))
        {
            throw new KdException([TeacherErrors.Unknown(name)]);
        }

        TeacherPlace place = await retry.CallAsync(
            async () =>
            {
                TeacherPlace found = await grains.GetGrain<ITeacherGrain>(name).LocateAsync();
                return found.Errors.Length == 0 ? found : throw new KdException(found.Errors);
            },
            cancellationToken);
        return place.Endpoint == self.Address
            ? (registry.Find(name) ?? throw new KdException([TeacherErrors.Unknown(name)]), null)
            : (null, peers.For(place.Endpoint));
    }

    /// <summary>Whether the name still stands for this model.</summary>
    public async Task<bool> IsCurrentAsync(TeacherDescription teacher, CancellationToken cancellationToken)
    {
        if (registry.Find(teacher.Name) is { } here)
        {
            return here.Description.Outputs.SequenceEqual(teacher.Outputs);
        }

        TeacherScale now = await retry.CallAsync(() => grains.GetGrain<ITeacherGrain>(teacher.Name).PlacesAsync(), cancellationToken);
        return now.Deployed && now.Fingerprints.All(f => teacher.Outputs.Any(o => o.Teacher == f));
    }

    /// <summary>The gRPC addresses of the silos that hold it.</summary>
    /// <exception cref="KdException">As <see cref="LocateAsync"/>.</exception>
    public async Task<IReadOnlyList<string>> EndpointsAsync(string name, CancellationToken cancellationToken)
    {
        if (!Names.Good(name))
        {
            throw new KdException([TeacherErrors.Unknown(name)]);
        }

        TeacherScale places = await retry.CallAsync(() => grains.GetGrain<ITeacherGrain>(name).PlacesAsync(), cancellationToken);
        if (places.Endpoints.Length > 0)
        {
            return places.Endpoints;
        }

        (TeacherHost? here, KdClient? there) = await LocateAsync(name, cancellationToken);
        return [here is not null ? self.Address : there!.Address];
    }

    /// <summary>A version of a teacher that must be on this silo; a former one is loaded when it is still remembered.</summary>
    /// <param name="name">The teacher.</param>
    /// <param name="version">Which one.</param>
    /// <exception cref="KdException">As <see cref="LocateAsync"/>; <c>KD1306</c>: another silo holds it; <c>KD1312</c>: the version is gone.</exception>
    public async Task<TeacherHost> FindAsync(string name, TeacherVersionKey version)
    {
        if (registry.Find(name, version) is { } loaded)
        {
            return loaded;
        }

        (TeacherHost? here, KdClient? there) = await LocateAsync(name);
        if (here is null)
        {
            throw TeacherErrors.Elsewhere(name, there!.Address);
        }

        return here.Is(version) ? here : await FormerAsync(name, version);
    }

    /// <summary>Every deployed teacher as its silo describes it; one that cannot be is left out and handed to <paramref name="onFailure"/>.</summary>
    public async Task<IReadOnlyList<V1.Teacher>> AllAsync(Action<string, KdException> onFailure)
    {
        List<V1.Teacher> teachers = [];
        foreach (string name in await retry.CallAsync(() => grains.GetGrain<ICatalogGrain>(ICatalogGrain.Teachers).ListAsync(), CancellationToken.None))
        {
            try
            {
                teachers.Add(await DescribeAsync(new V1.DescribeTeacherRequest { Name = name }));
            }
            catch (KdException e)
            {
                onFailure(name, e);
            }
        }

        return teachers;
    }

    /// <exception cref="KdException">As <see cref="LocateAsync"/>; <c>KD1312</c>: the version is gone.</exception>
    public async Task<V1.Teacher> DescribeAsync(V1.DescribeTeacherRequest request)
    {
        (TeacherHost? here, KdClient? there) = await LocateAsync(request.Name);
        return here is not null || request.Here
            ? (await FindAsync(request.Name, TeacherVersionKey.Of(request))).ToProto()
            : await there!.CallAsync(async () => await there.Teachers.DescribeAsync(request));
    }

    /// <summary>A former version, loaded once however many ask for it at the same time.</summary>
    private async Task<TeacherHost> FormerAsync(string name, TeacherVersionKey version)
    {
        await _former.WaitAsync();
        try
        {
            if (registry.Find(name, version) is { } loaded)
            {
                return loaded;
            }

            TeacherDeployment former = await retry.CallAsync(() => grains.GetGrain<ITeacherGrain>(name).FormerAsync([.. version.Fingerprints], version.Element), CancellationToken.None)
                ?? throw TeacherIdentity.Replaced(name);
            TeacherHost host = await registry.LoadAsync(
                name, former.Device.Length > 0 ? former : former with { Device = options.Device }, CancellationToken.None, newest: false);
            // The checkpoint's folder may hold something else by now: what was loaded is not what is asked for, and is let go when nobody uses it.
            return host.Is(version) ? host : throw TeacherIdentity.Replaced(name);
        }
        finally
        {
            _former.Release();
        }
    }
}
