using KdCluster.Grains;
using KdCluster.V1;

namespace KdCluster.Cluster.Services;

/// <summary>What a request to scale means.</summary>
internal static class ReplicaRange
{
    /// <summary>Replicas at most.</summary>
    public const int Most = 1000;

    /// <exception cref="KdException"><c>KD1323</c>: the numbers make no range.</exception>
    public static (int Replicas, int Min, int Max) Of(ScaleTeacherRequest request, TeacherScale now)
    {
        bool ranged = request.Min != 0 || request.Max != 0;
        int min = ranged ? Math.Max(1, request.Min) : request.Replicas, max = ranged ? request.Max : request.Replicas;
        int replicas = request.Replicas != 0 ? request.Replicas : Math.Clamp(now.Replicas, Math.Min(min, Math.Max(min, max)), Math.Max(min, max));
        return request.Min < 0 || request.Replicas < 0 || min < 1 || max < min || max > Most || replicas < min || replicas > max
            ? throw new KdException(
                "KD1323", $"{request.Replicas} replicas between {request.Min} and {request.Max} are not possible.", $"teacher {request.Name}",
                $"Give a number of replicas from 1 to {Most}, or a minimum and a maximum, or all three with the number in that range.")
            : (replicas, min, max);
    }
}
