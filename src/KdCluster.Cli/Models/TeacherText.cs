using KdCluster.Cluster.Teachers;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.V1;

namespace KdCluster.Cli.Models;

/// <summary>What commands say of a teacher.</summary>
internal static class TeacherText
{
    /// <summary>What it says of an instance: classes, a score, or scores of tokens.</summary>
    public static string AnswerOf(Teacher teacher) => teacher.Labels.Count > 1 ? $"{teacher.Labels.Count} classes" : OutputNames.Answer(teacher.Labels) == OutputNames.Score ? "one score" : "scores of tokens";

    /// <summary>What it is computed in.</summary>
    public static string PrecisionOf(Teacher teacher) => PrecisionNames.Of(TeacherMessages.ToPrecision(teacher.Precision));
}
