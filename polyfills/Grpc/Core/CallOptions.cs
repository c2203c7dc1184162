namespace Grpc.Core;

/// <summary>What a client says of one call besides its request.</summary>
public struct CallOptions
{
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null)
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
    }

    public Metadata? Headers { get; private set; }

    /// <summary>UTC.</summary>
    public DateTime? Deadline { get; private set; }

    public CancellationToken CancellationToken { get; private set; }

    public WriteOptions? WriteOptions { get; private set; }

    public ContextPropagationToken? PropagationToken { get; }

    public CallCredentials? Credentials { get; private set; }

    public readonly CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    public readonly CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    public readonly CallOptions WithCancellationToken(CancellationToken cancellationToken) => this with { CancellationToken = cancellationToken };

    public readonly CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };

    public readonly CallOptions WithCredentials(CallCredentials credentials) => this with { Credentials = credentials };
}
