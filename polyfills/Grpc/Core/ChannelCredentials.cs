namespace Grpc.Core;

/// <summary>Whether a channel is plain (h2c) or TLS, and headers added to all its calls.</summary>
public abstract class ChannelCredentials
{
    public static ChannelCredentials Insecure { get; } = new Kind(secure: false, call: null);

    public static ChannelCredentials SecureSsl { get; } = new Kind(secure: true, call: null);

    internal abstract bool IsSecure { get; }

    internal abstract CallCredentials? Call { get; }

    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        ArgumentNullException.ThrowIfNull(channelCredentials);
        ArgumentNullException.ThrowIfNull(callCredentials);
        return new Kind(
            channelCredentials.IsSecure,
            channelCredentials.Call is null ? callCredentials : CallCredentials.Compose(channelCredentials.Call, callCredentials));
    }

    private sealed class Kind(bool secure, CallCredentials? call) : ChannelCredentials
    {
        internal override bool IsSecure => secure;

        internal override CallCredentials? Call => call;
    }
}
