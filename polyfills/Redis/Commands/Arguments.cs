namespace StackExchange.Redis.Commands;

/// <summary>Arguments of commands as values.</summary>
internal static class Arguments
{
    public static RedisValue[] From(RedisKey[] keys) => Array.ConvertAll(keys, key => key.Value);

    public static RedisValue[] From(ICollection<object>? arguments) => [.. (arguments ?? []).Select(From)];

    private static RedisValue From(object argument) => argument switch
    {
        RedisKey key => key.Value,
        RedisValue value => value,
        string text => text,
        byte[] bytes => bytes,
        ReadOnlyMemory<byte> memory => memory,
        Memory<byte> memory => memory,
        int number => number,
        long number => number,
        uint number => number,
        ulong number => number,
        double number => number,
        float number => number,
        bool flag => flag,
        null => RedisValue.EmptyString,
        _ => throw new InvalidCastException($"Unable to cast {argument.GetType()} to a Redis value."),
    };
}
