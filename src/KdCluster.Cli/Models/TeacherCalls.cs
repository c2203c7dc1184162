using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Models;

/// <summary>The teacher service's calls, with coded errors.</summary>
internal static class TeacherCalls
{
    /// <summary>The deployed teachers.</summary>
    public static async Task<IReadOnlyList<Teacher>> ListAsync(this SiloConnection silo, CancellationToken stop)
    {
        ListTeachersReply reply = await silo.Client.CallAsync(
            async () => await silo.Client.Teachers.ListAsync(new ListTeachersRequest(), cancellationToken: stop).ConfigureAwait(false)).ConfigureAwait(false);
        return reply.Teachers;
    }

    /// <summary>One teacher.</summary>
    /// <exception cref="KdException"><c>KD1308</c>: there is no such name.</exception>
    public static Task<Teacher> DescribeAsync(this SiloConnection silo, string name, CancellationToken stop) => silo.Client.CallAsync(
        async () => await silo.Client.Teachers.DescribeAsync(new DescribeTeacherRequest { Name = name }, cancellationToken: stop).ConfigureAwait(false));

    /// <summary>Its replicas, and why there are fewer than wanted; null: there is no such teacher.</summary>
    public static async Task<TeacherOverview?> ReplicasAsync(this SiloConnection silo, string name, CancellationToken stop)
    {
        OverviewReply all = await silo.Client.CallAsync(
            async () => await silo.Client.Cluster.OverviewAsync(new OverviewRequest(), cancellationToken: stop).ConfigureAwait(false)).ConfigureAwait(false);
        return all.Teachers.FirstOrDefault(t => t.Name == name);
    }

    /// <summary>Deploys a checkpoint folder.</summary>
    public static Task<Teacher> DeployAsync(this SiloConnection silo, DeployTeacherRequest request, CancellationToken stop) =>
        silo.Client.CallAsync(async () => await silo.Client.Teachers.DeployAsync(request, cancellationToken: stop).ConfigureAwait(false));

    /// <summary>Forgets a teacher.</summary>
    /// <returns>Whether there was one.</returns>
    public static async Task<bool> UndeployAsync(this SiloConnection silo, string name, CancellationToken stop)
    {
        UndeployTeacherReply reply = await silo.Client.CallAsync(
            async () => await silo.Client.Teachers.UndeployAsync(new DescribeTeacherRequest { Name = name }, cancellationToken: stop).ConfigureAwait(false)).ConfigureAwait(false);
        return reply.Existed;
    }
}
