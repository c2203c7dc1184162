using KdCluster.Client;
using KdCluster.Cluster.Services;
using KdCluster.Cluster.Silos;
using KdCluster.Grains;

namespace KdCluster.Cluster.Teachers;

/// <summary>Finds a deployed teacher, here or on another silo; it is loaded first when no silo has held it since it started.</summary>
internal sealed class TeacherDirectory(TeacherRegistry registry, SelfEndpoint self, PeerClients peers, Patience patience, IGrainFactory grains)
{
    /// <summary>The teacher on this silo's device, else a connection to the silo that holds it.</summary>
    /// <exception cref="KdException"><c>KD1308</c>: none of this name; <c>KD12xx</c>: its checkpoint can no longer be used.</exception>
    public async Task<(TeacherHost? Here, KdClient? There)> LocateAsync(string name)
    {
        if (registry.Find(name) is { } host)
        {
            return (host, null);
        }

        if (!Names.Good(name))
        {
            throw new KdException([TeacherErrors.Unknown(name)]);
        }

        TeacherPlace place = await patience.CallAsync(() => grains.GetGrain<ITeacherGrain>(name).LocateAsync(), CancellationToken.None);
        if (place.Errors.Length > 0)
        {
            throw new KdException([.. place.Errors.Select(e => e.ToError())]);
        }

        return place.Endpoint == self.Address
            ? (registry.Find(name) ?? throw new KdException([TeacherErrors.Unknown(name)]), null)
            : (null, peers.For(place.Endpoint));
    }

    /// <summary>The gRPC address of the silo that holds it.</summary>
    /// <exception cref="KdException">As <see cref="LocateAsync"/>.</exception>
    public async Task<string> EndpointAsync(string name)
    {
        (TeacherHost? here, KdClient? there) = await LocateAsync(name);
        return here is not null ? self.Address : there!.Address;
    }

    /// <summary>A teacher that must be on this silo.</summary>
    /// <exception cref="KdException">As <see cref="LocateAsync"/>; <c>KD1306</c>: another silo holds it.</exception>
    public async Task<TeacherHost> FindAsync(string name)
    {
        (TeacherHost? here, KdClient? there) = await LocateAsync(name);
        return here ?? throw new KdException("KD1306", $"the teacher is on another silo, {there!.Address}.", $"teacher {name}", "Ask that silo.");
    }

    /// <summary>Every deployed teacher as its silo describes it; one that cannot be is left out and handed to <paramref name="onFailure"/>.</summary>
    public async Task<IReadOnlyList<V1.Teacher>> AllAsync(Action<string, KdException> onFailure)
    {
        List<V1.Teacher> teachers = [];
        foreach (string name in await patience.CallAsync(() => grains.GetGrain<ICatalogGrain>(ICatalogGrain.Teachers).ListAsync(), CancellationToken.None))
        {
            try
            {
                teachers.Add(await DescribeAsync(name));
            }
            catch (KdException e)
            {
                onFailure(name, e);
            }
        }

        return teachers;
    }

    /// <exception cref="KdException">As <see cref="LocateAsync"/>.</exception>
    public async Task<V1.Teacher> DescribeAsync(string name)
    {
        (TeacherHost? here, KdClient? there) = await LocateAsync(name);
        return here?.ToProto() ?? await there!.CallAsync(async () => await there.Teachers.DescribeAsync(new V1.DescribeTeacherRequest { Name = name }));
    }
}
