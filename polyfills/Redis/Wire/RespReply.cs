using System.Text;

namespace StackExchange.Redis.Wire;

internal enum RespKind
{
    Simple,
    Error,
    Integer,
    Bulk,
    Array,
}

/// <summary>One reply of RESP2. A null bulk and a null array have no payload.</summary>
internal readonly record struct RespReply(RespKind Kind, object? Payload, long Number)
{
    public bool IsNull => Payload is null && Kind != RespKind.Integer;

    public RespReply[]? Items => Payload as RespReply[];

    public RedisValue Value => Kind switch
    {
        RespKind.Integer => Number,
        RespKind.Array => throw new InvalidCastException("The reply is an array, not one value."),
        _ => (byte[]?)Payload,
    };

    public string Text => Encoding.UTF8.GetString((byte[])Payload!);

    public static RespReply Integer(long number) => new(RespKind.Integer, null, number);

    public static RespReply Of(RespKind kind, object? payload) => new(kind, payload, 0);
}
