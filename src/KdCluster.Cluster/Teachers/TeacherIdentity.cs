using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers;

/// <summary>Guards a run against a teacher that is replaced under its name: another model's answers must not be kept as this one's.</summary>
internal static class TeacherIdentity
{
    /// <exception cref="KdException"><c>KD1312</c>: the name now stands for another model.</exception>
    public static void Check(TeacherDescription expected, TeacherDescription actual)
    {
        if (!expected.Outputs.SequenceEqual(actual.Outputs))
        {
            throw Replaced(expected.Name);
        }
    }

    public static KdException Replaced(string name) => new(
        "KD1312", "the teacher was replaced by another model while a run was using it.", $"teacher {name}",
        "Resume the run when the former one is deployed again, or start a new run.");
}
