using KdCluster.Cluster.Teachers;
using KdCluster.Teachers;
using KdCluster.V1;

namespace KdCluster.Cli.Models;

/// <summary>What commands say of a teacher.</summary>
internal static class TeacherText
{
    /// <summary>What it is computed in.</summary>
    public static string PrecisionOf(Teacher teacher) => PrecisionNames.Of(TeacherMessages.ToPrecision(teacher.Precision));
}
