using KdCluster.Client;
using KdCluster.Cluster.Inference;
using KdCluster.Recipes;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers;

/// <summary>Finds the teacher that a recipe names: here, or at another silo's endpoint, or at someone else's inference server. The student cannot tell which.</summary>
internal sealed class TeacherConnector(TeacherDirectory directory, TimeProvider time)
{
    /// <exception cref="KdException"><c>KD1308</c>: none of this name; <c>KD1306</c>: its server cannot be reached; <c>KD1343</c>: an inference server says too little.</exception>
    public async Task<ITeacherClient> ConnectAsync(TeacherRef teacher, CancellationToken cancellationToken) => teacher.Endpoint switch
    {
        null => await NamedAsync(teacher.Name, cancellationToken),
        var server when TeacherRef.IsInference(server) => await InferenceTeacherClient.ConnectAsync(teacher, time, cancellationToken),
        var silo => await RemoteTeacherClient.ConnectAsync(silo, teacher.Name, time, cancellationToken),
    };

    private async Task<ITeacherClient> NamedAsync(string name, CancellationToken cancellationToken)
    {
        (TeacherHost? here, KdClient? there) = await directory.LocateAsync(name);
        return here is not null ? new LocalTeacherClient(here.Description, here.StoreId, directory) : await RemoteTeacherClient.ConnectAsync(there!.Address, name, time, cancellationToken);
    }
}
