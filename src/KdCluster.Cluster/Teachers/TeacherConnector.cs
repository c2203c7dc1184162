using KdCluster.Cluster.Inference;
using KdCluster.Cluster.Runs;
using KdCluster.Cluster.Security;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Teachers.Pools;
using KdCluster.Recipes;
using KdCluster.Teachers;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Teachers;

/// <summary>Finds the teacher that a recipe names: in this cluster, at the endpoints of other silos, or at someone else's inference server. The student cannot tell which.</summary>
internal sealed class TeacherConnector(TeacherDirectory directory, SelfEndpoint self, PeerClients peers, PeerAccess access, TimeProvider time, ILogger<TeacherConnector> log)
{
    private static readonly PoolOptions s_options = new();

    /// <summary>Each call is an asker of its own: those who share a teacher share it fairly.</summary>
    /// <exception cref="KdException">
    /// <c>KD1308</c>: no such name; <c>KD1306</c>: its server cannot be reached; <c>KD1321</c>: its endpoints serve different models; <c>KD1343</c>: an inference
    /// server says too little.
    /// </exception>
    /// <param name="teacher">As the recipe names it.</param>
    /// <param name="run">The run, where the recipe has it trained.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ITeacherClient> ConnectAsync(TeacherRef teacher, string? run, CancellationToken cancellationToken) => teacher.Train is null
        ? await ConnectAsync(teacher, cancellationToken)
        : new RenamedTeacher(await ConnectAsync(TrainedTeachers.Deployed(run ?? throw new ArgumentNullException(nameof(run)), teacher), cancellationToken), teacher.Name);

    /// <inheritdoc cref="ConnectAsync(TeacherRef, string?, CancellationToken)"/>
    public async Task<ITeacherClient> ConnectAsync(TeacherRef teacher, CancellationToken cancellationToken)
    {
        if (TeacherRef.IsInference(teacher.Endpoint))
        {
            return await InferenceTeacherClient.ConnectAsync(teacher, time, cancellationToken, access.ToInference(teacher.Endpoint!), e => log.AnswersDoubtful(e.ToString()));
        }

        string asker = Guid.NewGuid().ToString("n");
        string[] endpoints = [.. (teacher.Endpoints ?? []).Append(teacher.Endpoint ?? "").Where(e => e.Length > 0).Select(e => e.TrimEnd('/')).Distinct()];
        IReplicaList list = endpoints.Length > 0
            ? new FixedReplicas(endpoints)
            : await FollowedReplicas.StartAsync(stop => directory.EndpointsAsync(teacher.Name, stop), time, cancellationToken);
        return await TeacherPoolClient.ConnectAsync(
            teacher.Name, list, address => Connect(address, teacher.Name, asker, endpoints.Length == 0), s_options, time, new Random(), log, cancellationToken);
    }

    private IReplica Connect(string address, string teacher, string asker, bool inCluster) => inCluster && address == self.Address
        ? new LocalReplica(address, teacher, asker, directory)
        : new RemoteReplica(address, teacher, asker, here: inCluster, s_options, log, peers.Once);
}
