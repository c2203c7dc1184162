using KdCluster.Client;
using KdCluster.Grains;
using KdCluster.Silos;
using KdCluster.V1;

namespace KdCluster.Cluster.Services;

/// <summary>Between what silos and teachers say of themselves and the wire.</summary>
internal static class ClusterMessages
{
    public static ScaleTeacherReply ToProto(TeacherScale scale)
    {
        ScaleTeacherReply reply = new() { Replicas = scale.Replicas, Min = scale.Min, Max = scale.Max };
        reply.Addresses.AddRange(scale.Endpoints);
        reply.Trouble.AddRange(scale.Trouble.Select(e => e.ToProto()));
        return reply;
    }

    public static TeacherOverview Overview(string name, TeacherScale scale, IReadOnlyList<SiloState> silos)
    {
        TeacherOverview teacher = new() { Name = name, Replicas = scale.Replicas, Min = scale.Min, Max = scale.Max };
        teacher.Trouble.AddRange(scale.Trouble.Select(e => e.ToProto()));
        foreach (SiloState silo in silos.OrderBy(s => s.Endpoint, StringComparer.Ordinal))
        {
            foreach (TeacherLoad load in silo.Loads.Where(l => l.Name == name))
            {
                teacher.Places.Add(new ReplicaOverview
                {
                    Address = silo.Endpoint,
                    Device = load.Device,
                    Queue = load.QueuedRows,
                    RowsPerSecond = load.RowsPerSecond,
                    RowsComputed = load.RowsComputed,
                    Draining = silo.Draining,
                });
            }
        }

        return teacher;
    }
}
