namespace KdCluster.SoftTargets;

/// <summary>What a <see cref="SoftTargetSource"/> has fetched since it was made.</summary>
/// <param name="StoreRows">Rows × teachers read from the store.</param>
/// <param name="TeacherRows">Rows × teachers that a teacher computed.</param>
/// <param name="StoreBytes">Encoded bytes read from the store.</param>
/// <param name="TeacherBytes">Encoded bytes that teachers sent.</param>
public sealed record SoftTargetCounters(long StoreRows, long TeacherRows, long StoreBytes, long TeacherBytes);
