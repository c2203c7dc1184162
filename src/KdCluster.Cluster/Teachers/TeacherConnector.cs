using KdCluster.Client;
using KdCluster.Recipes;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers;

/// <summary>Finds the teacher that a recipe names: here, or at another silo's endpoint. The student cannot tell which.</summary>
internal sealed class TeacherConnector(TeacherDirectory directory, TimeProvider time)
{
    /// <exception cref="KdException"><c>KD1308</c>: none of this name; <c>KD1306</c>: its silo cannot be reached.</exception>
    public async Task<ITeacherClient> ConnectAsync(TeacherRef teacher, CancellationToken cancellationToken) => teacher.Endpoint is { } endpoint
        ? await RemoteTeacherClient.ConnectAsync(endpoint, teacher.Name, time, cancellationToken)
        : await NamedAsync(teacher.Name, cancellationToken);

    private async Task<ITeacherClient> NamedAsync(string name, CancellationToken cancellationToken)
    {
        (TeacherHost? here, KdClient? there) = await directory.LocateAsync(name);
        return here is not null ? new LocalTeacherClient(here.Description, here.StoreId, directory) : await RemoteTeacherClient.ConnectAsync(there!.Address, name, time, cancellationToken);
    }
}
