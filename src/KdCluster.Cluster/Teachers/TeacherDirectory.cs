using KdCluster.Grains;
using KdCluster.Runs;

namespace KdCluster.Cluster.Teachers;

/// <summary>Finds a deployed teacher, loading it first when this silo has not held it since it started.</summary>
internal sealed class TeacherDirectory(TeacherRegistry registry, IGrainFactory grains)
{
    /// <exception cref="KdException"><c>KD1308</c>: none of this name; <c>KD12xx</c>: its checkpoint can no longer be used.</exception>
    public async Task<TeacherHost> FindAsync(string name)
    {
        if (registry.Find(name) is { } host)
        {
            return host;
        }

        ErrorRecord[] errors = await grains.GetGrain<ITeacherGrain>(name).EnsureLoadedAsync();
        if (errors.Length > 0)
        {
            throw new KdException([.. errors.Select(e => e.ToError())]);
        }

        return registry.Find(name) ?? throw new KdException([TeacherErrors.Unknown(name)]);
    }

    /// <summary>Every deployed teacher; one that cannot be loaded is left out and handed to <paramref name="onFailure"/>.</summary>
    public async Task<IReadOnlyList<TeacherHost>> AllAsync(Action<string, KdException> onFailure)
    {
        List<TeacherHost> hosts = [];
        foreach (string name in await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Teachers).ListAsync())
        {
            try
            {
                hosts.Add(await FindAsync(name));
            }
            catch (KdException e)
            {
                onFailure(name, e);
            }
        }

        return hosts;
    }
}
