using System.Text;

namespace StackExchange.Redis;

/// <summary>The name of a key: text or bytes.</summary>
public readonly struct RedisKey : IEquatable<RedisKey>
{
    private readonly object? _name;

    private RedisKey(object? name)
    {
        _name = name;
    }

    public RedisKey(string? key)
        : this((object?)key)
    {
    }

    internal RedisValue Value => _name is string text ? text : (byte[]?)_name;

    public static implicit operator RedisKey(string? key) => new((object?)key);

    public static implicit operator RedisKey(byte[]? key) => new((object?)key);

    public static implicit operator string?(RedisKey key) => key._name is byte[] bytes ? Encoding.UTF8.GetString(bytes) : (string?)key._name;

    public static implicit operator byte[]?(RedisKey key) => key.Value;

    public static bool operator ==(RedisKey x, RedisKey y) => x.Equals(y);

    public static bool operator !=(RedisKey x, RedisKey y) => !x.Equals(y);

    public RedisKey Append(RedisKey suffix)
    {
        byte[] head = this!, tail = suffix!;
        return (byte[])[.. head ?? [], .. tail ?? []];
    }

    public RedisKey Prepend(RedisKey prefix) => prefix.Append(this);

    public bool Equals(RedisKey other) => Value.Equals(other.Value);

    public override bool Equals(object? obj) => obj is RedisKey other && Equals(other);

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => (string?)this ?? "(null)";
}
