namespace KdCluster.SoftTargets;

/// <summary>How far a warming is.</summary>
/// <param name="Done">Distinct rows × teachers looked at.</param>
/// <param name="Total">Distinct rows × teachers there are.</param>
/// <param name="StoreHits">Of those done, how many the store had.</param>
/// <param name="TeacherRows">Of those done, how many a teacher computed.</param>
public sealed record WarmingProgress(long Done, long Total, long StoreHits, long TeacherRows);
