namespace KdCluster.Cluster.Teachers;

/// <summary>Guards a run against a teacher that is replaced under its name: another model's answers must not be kept as this one's.</summary>
internal static class TeacherIdentity
{
    public static KdException Replaced(string name) => new(
        "KD1312", "the teacher was replaced by another model while a run was using it.", $"teacher {name}",
        "Deploy the earlier model again and resume the run, or start a new run.");
}
