namespace Grpc.Core;

/// <summary>Messages arriving, one read at a time.</summary>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message of the last <see cref="MoveNext"/> that gave true.</summary>
    T Current { get; }

    Task<bool> MoveNext(CancellationToken cancellationToken);
}

/// <summary>Messages leaving, one write at a time; a write completes when flow control has taken it.</summary>
public interface IAsyncStreamWriter<in T>
{
    WriteOptions? WriteOptions { get; set; }

    Task WriteAsync(T message);

    /// <summary>An implementation that cannot cancel a write refuses a token that could.</summary>
    Task WriteAsync(T message, CancellationToken cancellationToken) => cancellationToken.CanBeCanceled
        ? throw new NotSupportedException("Cancellation of stream writes is not supported by this gRPC implementation.")
        : WriteAsync(message);
}

/// <summary>The requests of a streaming call.</summary>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    Task CompleteAsync();
}

/// <summary>The responses of a streaming call.</summary>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}
