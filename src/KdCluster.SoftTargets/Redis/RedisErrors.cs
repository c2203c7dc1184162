using StackExchange.Redis;

namespace KdCluster.SoftTargets.Redis;

internal static class RedisErrors
{
    /// <summary>The server failed, or answered what cannot be: somebody else's keys, or damaged ones.</summary>
    public static bool IsServer(Exception e) => e is RedisException or TimeoutException or ObjectDisposedException or IOException or System.Net.Sockets.SocketException or System.Security.Authentication.AuthenticationException
        or InvalidCastException or FormatException or OverflowException or System.Text.Json.JsonException;

    public static KdError Unreachable(string id, string why) => new(
        "KD1401", $"the store cannot be reached: {why}", id, "Runs go on from the teachers, and the store is used again when it answers; see that it runs, its password, and with rediss:// its certificate.");

    /// <summary>The cause without addresses or secrets.</summary>
    public static string Why(Exception e) => e switch
    {
        RedisConnectionException c => $"connection failed ({c.FailureType}).",
        RedisServerException s => $"it answered '{s.Message.Split('\n')[0]}'.",
        IOException or System.Net.Sockets.SocketException => $"{e.Message}.",
        TimeoutException => "it did not answer in time.",
        System.Security.Authentication.AuthenticationException => $"no TLS with it: {e.Message}",
        _ => $"{e.GetType().Name}.",
    };
}
