using StackExchange.Redis.Wire;

namespace StackExchange.Redis;

/// <summary>What a reply is.</summary>
public enum ResultType
{
    None = 0,
    SimpleString = 1,
    Error = 2,
    Integer = 3,
    BulkString = 4,
    Array = 5,
}

/// <summary>A reply of any shape.</summary>
public abstract class RedisResult
{
    public abstract ResultType Resp2Type { get; }

    public abstract bool IsNull { get; }

    /// <summary>Elements of an array; -1 for anything else.</summary>
    public abstract int Length { get; }

    public abstract RedisResult this[int index] { get; }

    public static RedisResult Create(RedisValue value, ResultType? resultType = null) => new ScalarResult(value, resultType ?? (value.IsInteger ? ResultType.Integer : ResultType.BulkString));

    public static RedisResult Create(RedisResult[] values) => new ArrayResult(values);

    public static explicit operator string?(RedisResult? result) => result is null ? null : (string?)result.Scalar;

    public static explicit operator byte[]?(RedisResult? result) => result is null ? null : (byte[]?)result.Scalar;

    public static explicit operator RedisValue(RedisResult? result) => result is null ? RedisValue.Null : result.Scalar;

    public static explicit operator int(RedisResult result) => (int)result.Scalar;

    public static explicit operator long(RedisResult result) => (long)result.Scalar;

    public static explicit operator double(RedisResult result) => (double)result.Scalar;

    public static explicit operator bool(RedisResult result) => (bool)result.Scalar;

    public static explicit operator RedisResult[]?(RedisResult? result) => result?.Elements;

    public static explicit operator RedisValue[]?(RedisResult? result) => Convert(result, element => element.Scalar);

    public static explicit operator string?[]?(RedisResult? result) => Convert(result, element => (string?)element.Scalar);

    public static explicit operator long[]?(RedisResult? result) => Convert(result, element => (long)element.Scalar);

    internal abstract RedisValue Scalar { get; }

    internal abstract RedisResult[]? Elements { get; }

    internal static RedisResult From(RespReply reply) => reply.Kind switch
    {
        RespKind.Array => new ArrayResult(reply.Items?.Select(From).ToArray()),
        RespKind.Error => new ScalarResult(reply.Text, ResultType.Error),
        RespKind.Integer => new ScalarResult(reply.Value, ResultType.Integer),
        RespKind.Simple => new ScalarResult(reply.Value, ResultType.SimpleString),
        _ => new ScalarResult(reply.Value, ResultType.BulkString),
    };

    private static T[]? Convert<T>(RedisResult? result, Func<RedisResult, T> convert)
        => result is null or { IsNull: true } ? null : Array.ConvertAll(result.Elements ?? [result], element => convert(element));

    private sealed class ScalarResult(RedisValue value, ResultType type) : RedisResult
    {
        public override ResultType Resp2Type => type;

        public override bool IsNull => value.IsNull;

        public override int Length => -1;

        internal override RedisValue Scalar => type == ResultType.Error ? throw new RedisServerException(value.ToString()) : value;

        internal override RedisResult[]? Elements => value.IsNull ? null : [this];

        public override RedisResult this[int index] => throw new InvalidOperationException("Indexers can only be used on array results.");

        public override string ToString() => value.IsNull ? "(nil)" : value.ToString();
    }

    private sealed class ArrayResult(RedisResult[]? items) : RedisResult
    {
        public override ResultType Resp2Type => ResultType.Array;

        public override bool IsNull => items is null;

        public override int Length => items?.Length ?? -1;

        internal override RedisValue Scalar => items switch
        {
            null => RedisValue.Null,
            [var only] => only.Scalar,
            _ => throw new InvalidCastException($"A reply of {items.Length} elements is not one value."),
        };

        internal override RedisResult[]? Elements => items;

        public override RedisResult this[int index] => items is null ? throw new IndexOutOfRangeException() : items[index];

        public override string ToString() => items is null ? "(nil)" : $"{items.Length} element(s)";
    }
}
