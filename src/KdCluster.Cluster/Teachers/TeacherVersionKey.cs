using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers;

/// <summary>Which version of a teacher is meant: the same model in another encoding is another version, for its rows have another size.</summary>
/// <param name="Fingerprints">Of its outputs, some or all; none: the newest.</param>
/// <param name="Element">Its encoding; null: any.</param>
internal sealed record TeacherVersionKey(IReadOnlyList<string> Fingerprints, ElementType? Element)
{
    public static TeacherVersionKey Newest { get; } = new([], null);

    public static TeacherVersionKey Of(TeacherDescription teacher) => new([.. teacher.Outputs.Select(o => o.Teacher)], teacher.Outputs[0].Element);

    public static TeacherVersionKey Of(V1.DescribeTeacherRequest request) => Of(request.Fingerprints, request.Element);

    public static TeacherVersionKey Of(V1.SoftTargetRequest request) => Of(request.Fingerprints, request.Element);

    public bool Means(IReadOnlyList<string> fingerprints, ElementType element) => Fingerprints.All(fingerprints.Contains) && (Element is null || Element == element);

    private static TeacherVersionKey Of(IReadOnlyList<string> fingerprints, V1.ElementType element) =>
        new(fingerprints, element == V1.ElementType.Unspecified ? null : (ElementType)element);
}
