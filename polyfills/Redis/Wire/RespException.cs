namespace StackExchange.Redis.Wire;

/// <summary>The bytes received are not RESP.</summary>
internal sealed class RespException(string message) : Exception(message);
