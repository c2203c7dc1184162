using KdCluster.Grains;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers;

/// <summary>Which version of a teacher is meant: the same model in another encoding is another version, for its rows have another size.</summary>
/// <param name="Fingerprints">Of its outputs, some or all; none: the newest.</param>
/// <param name="Element">Its encoding; null: any.</param>
/// <param name="TopK">Where that is <see cref="ElementType.TopK"/>, how many logits are kept.</param>
internal sealed record TeacherVersionKey(IReadOnlyList<string> Fingerprints, ElementType? Element, int TopK = 0)
{
    public static TeacherVersionKey Newest { get; } = new([], null);

    /// <summary>The encoding on the wire.</summary>
    public V1.ElementType WireElement => (V1.ElementType)(Element ?? 0);

    /// <summary>The version that a teacher is. Its logits and embedding tell it: a silo of an earlier version knows no other outputs. Where it has neither, its score does.</summary>
    public static TeacherVersionKey Of(TeacherDescription teacher) => new(
        [.. Telling(teacher).Select(o => o.Teacher)], Encoded(teacher).Element, Encoded(teacher).TopK);

    public static TeacherVersionKey Of(V1.DescribeTeacherRequest request) => Of(request.Fingerprints, request.Element, request.TopK);

    public static TeacherVersionKey Of(V1.SoftTargetRequest request) => Of(request.Fingerprints, request.Element, request.TopK);

    public bool Means(IReadOnlyList<string> fingerprints, TeacherDeployment deployment) =>
        Fingerprints.All(fingerprints.Contains) && (Element is null || (Element == deployment.Element && TopK == deployment.TopK));

    private static IEnumerable<TeacherOutput> Telling(TeacherDescription teacher)
    {
        TeacherOutput[] told = [.. teacher.Outputs.Where(o => o.Output is OutputNames.Logits or OutputNames.Embedding)];
        return told.Length > 0 ? told : teacher.Outputs.Where(o => o.Output == OutputNames.Score);
    }

    // A score has an encoding of its own, whatever the teacher was deployed with.
    private static TeacherOutput Encoded(TeacherDescription teacher) => teacher.Outputs.FirstOrDefault(o => o.Output != OutputNames.Score) ?? teacher.Outputs[0];

    private static TeacherVersionKey Of(IReadOnlyList<string> fingerprints, V1.ElementType element, int topK) =>
        new(fingerprints, element == V1.ElementType.Unspecified ? null : (ElementType)element, topK);
}
