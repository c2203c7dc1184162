using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>One replica of a teacher, wherever it is. It does what it is asked once; whether to ask again, and whom, is the pool's to decide.</summary>
internal interface IReplica : IAsyncDisposable
{
    /// <summary>Where it is, for people.</summary>
    string Address { get; }

    /// <summary>Whether it tells its queue again and again while it lives, so that silence means something.</summary>
    bool Reports { get; }

    /// <summary>Raised at every sign of life, and when its connection breaks, whether anyone waits on it or not; from any thread.</summary>
    event Action<ReplicaSign>? Reported;

    /// <summary>What it serves. Also the probe of one that failed: it must answer soon.</summary>
    /// <param name="version">The version wanted.</param>
    /// <param name="cancellationToken">The probe's deadline.</param>
    Task<ReplicaIdentity> DescribeAsync(TeacherVersionKey version, CancellationToken cancellationToken);

    /// <summary>The teacher's tokenizer, as the bytes of its file.</summary>
    Task<byte[]> TokenizerAsync(TeacherVersionKey version, CancellationToken cancellationToken);

    /// <summary>Has rows computed. What is given up is withdrawn, so that nothing is computed for nobody.</summary>
    Task<IReadOnlyList<byte[]>> AskAsync(TeacherRequest request, CancellationToken cancellationToken);

    /// <summary>Drops its connection; what waits on it fails. The next call makes a new one.</summary>
    void Reset();
}
