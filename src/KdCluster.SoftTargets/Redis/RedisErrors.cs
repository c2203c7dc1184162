using StackExchange.Redis;

namespace KdCluster.SoftTargets.Redis;

internal static class RedisErrors
{
    /// <summary>The server failed, or answered what cannot be: somebody else's keys, or damaged ones.</summary>
    public static bool IsServer(Exception e) => e is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException or IOException or System.Net.Sockets.SocketException or System.Security.Authentication.AuthenticationException
        or InvalidCastException or FormatException or OverflowException or System.Text.Json.JsonException;

    /// <summary>Whether it is the server's own word, so that it can be reached.</summary>
    public static bool IsAnswer(Exception? e) => e is RedisServerException or RedisCommandException or RedisRefusalException;

    /// <summary>What a fresh connection was answered at its login or the choice of its database.</summary>
    public static KdError Refused(RedisAddress address, string reply) => reply switch
    {
        _ when reply.Contains("DB index is out of range", StringComparison.OrdinalIgnoreCase) => new(
            "KD1404", $"the server has no database {address.Database}.", address.Id, "Name one that it has, for instance /0. Its setting `databases` is their number."),
        _ when reply.StartsWith("WRONGPASS", StringComparison.Ordinal) || reply.StartsWith("NOAUTH", StringComparison.Ordinal) || reply.Contains("password", StringComparison.OrdinalIgnoreCase) => new(
            "KD1401", $"the store's server refuses the login: it answered '{reply}'.", address.Id,
            "Write a user and password that the server knows into the address: redis://user:password@host. Runs continue with the teachers, but nothing is kept."),
        _ => Unreachable(address.Id, $"it answered '{reply}'."),
    };

    /// <summary>The server can be read and does not take rows: it is full, a replica, or forbids scripts.</summary>
    public static KdError Unwritable(string id, string why) => new(
        "KD1403", $"soft targets cannot be written: {why}", id,
        "Runs continue with the teachers and the kept rows. Name the primary, not a replica, increase the server's `maxmemory`, or allow its user to run scripts (EVAL, EVALSHA, SCRIPT).");

    public static KdError Unreachable(string id, string why) => new(
        "KD1401", $"the store cannot be reached: {why}", id, "Runs continue with the teachers, and the store is used again when it answers. Check that it runs, its password, and with rediss:// its certificate.");

    /// <summary>The cause without addresses or secrets.</summary>
    public static string Why(Exception e) => e switch
    {
        RedisConnectionException c => $"connection failed ({c.FailureType}).",
        RedisServerException s => $"it answered '{s.Message.Split('\n')[0]}'.",
        RedisCommandException c => $"{c.Message.Split('\n')[0].TrimEnd('.')}.",
        RedisRefusalException r => $"it answered '{r.Reply}'.",
        IOException or System.Net.Sockets.SocketException => $"{e.Message}.",
        TimeoutException => "it did not answer in time.",
        System.Security.Authentication.AuthenticationException => $"no TLS with it: {e.Message}",
        _ => $"{e.GetType().Name}.",
    };
}
