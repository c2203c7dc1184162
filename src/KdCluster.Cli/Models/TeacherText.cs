using KdCluster.Cluster.Teachers;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.V1;

namespace KdCluster.Cli.Models;

/// <summary>What commands say of a teacher.</summary>
internal static class TeacherText
{
    /// <summary>What it says of an instance: classes, a score, or scores of tokens.</summary>
    /// <param name="labels">Its label space.</param>
    public static string AnswerOf(IReadOnlyList<string> labels) => labels.Count > 1 ? $"{labels.Count} classes" : OutputNames.Answer(labels) == OutputNames.Score ? "one score" : "scores of tokens";

    /// <summary>What it is computed in.</summary>
    public static string PrecisionOf(Teacher teacher) => PrecisionNames.Of(TeacherMessages.ToPrecision(teacher.Precision));
}
