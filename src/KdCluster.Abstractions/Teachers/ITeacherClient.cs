using KdCluster.SoftTargets;

namespace KdCluster.Teachers;

/// <summary>Asks one teacher, in this process or behind a gRPC endpoint. Thread-safe.</summary>
public interface ITeacherClient
{
    /// <summary>What the teacher is.</summary>
    TeacherDescription Description { get; }

    /// <summary>Identity of the store that the teacher's side writes to, <see cref="ISoftTargetStore.Id"/>.</summary>
    string StoreId { get; }

    /// <summary>Requests worth having under way at a time: enough to keep every replica busy, no more.</summary>
    int Concurrency => 4;

    /// <summary>The teacher's tokenizer, as the bytes of its file.</summary>
    Task<byte[]> TokenizerAsync(CancellationToken cancellationToken);

    /// <summary>Has rows computed; the teacher's side writes them to its store.</summary>
    /// <param name="request">The inputs.</param>
    /// <param name="cancellationToken">Gives up; work not begun is dropped.</param>
    /// <returns>Encoded rows, one buffer per requested output in the same order: the rows of the instances one after the other, each <see cref="SoftTargetSet.RowBytes"/> of its set.</returns>
    /// <exception cref="KdException"><c>KD1304</c> tokenizer mismatch, <c>KD1305</c> output not served, <c>KD1306</c> not reachable within the deadline and retries.</exception>
    Task<IReadOnlyList<byte[]>> GetAsync(TeacherRequest request, CancellationToken cancellationToken);
}
