using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers;

/// <summary>Guards a run against a teacher that is replaced under its name: another model's answers must not be kept as this one's.</summary>
internal static class TeacherIdentity
{
    /// <summary>Whether two silos describe the same model in the same encoding. What the other version of a silo serves besides does not tell models apart.</summary>
    public static bool Same(TeacherDescription one, TeacherDescription other) => Both(one, other).SequenceEqual(Both(other, one));

    private static IEnumerable<TeacherOutput> Both(TeacherDescription one, TeacherDescription other) =>
        one.Outputs.Where(o => o.Output is OutputNames.Logits or OutputNames.Embedding || other.Find(o.Output) is not null);

    public static KdException Replaced(string name) => new(
        "KD1312", "the teacher was replaced by another model while a run was using it.", $"teacher {name}",
        "Deploy the earlier model again and resume the run, or start a new run.");
}
