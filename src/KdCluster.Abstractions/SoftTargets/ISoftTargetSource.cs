namespace KdCluster.SoftTargets;

/// <summary>Gives a student the soft targets of the batches it will see, several batches ahead of it.</summary>
public interface ISoftTargetSource
{
    /// <summary>The teachers, in the recipe's order.</summary>
    IReadOnlyList<Teachers.TeacherDescription> Teachers { get; }

    /// <summary>Width of <see cref="SoftTargetBatch.Embedding"/>; 0 when none is fetched.</summary>
    int EmbeddingWidth { get; }

    /// <summary>Starts fetching; batches come out of <see cref="ISoftTargetStream.Take"/> in the order given.</summary>
    /// <param name="batches">Row numbers of each batch; enumerated as far ahead as the prefetch depth.</param>
    /// <param name="cancellationToken">Stops the fetching; a waiting <see cref="ISoftTargetStream.Take"/> then throws.</param>
    ISoftTargetStream Open(IEnumerable<int[]> batches, CancellationToken cancellationToken);
}

/// <summary>One ordered pass over batches. Used by one thread; dispose it to stop the fetching.</summary>
public interface ISoftTargetStream : IDisposable
{
    /// <summary>Blocks until the next batch is there.</summary>
    /// <exception cref="KdException"><c>KD1306</c>: a teacher could not be reached within its retries.</exception>
    SoftTargetBatch Take();

    /// <summary>Time that <see cref="Take"/> made its caller wait so far.</summary>
    TimeSpan Stall { get; }
}
