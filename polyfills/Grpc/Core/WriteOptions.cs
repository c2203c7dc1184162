namespace Grpc.Core;

/// <summary>How one message is written.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>More will follow soon: do not flush for this message.</summary>
    BufferHint = 0x1,

    NoCompress = 0x2,
}

/// <summary>Flags for the messages written after it is set.</summary>
public class WriteOptions(WriteFlags flags = default)
{
    public static readonly WriteOptions Default = new();

    public WriteFlags Flags { get; } = flags;
}
