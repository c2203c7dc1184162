namespace Grpc.Core;

/// <summary>Base of generated clients.</summary>
public abstract class ClientBase<T> : ClientBase
    where T : ClientBase<T>
{
    protected ClientBase()
    {
    }

    protected ClientBase(ClientBaseConfiguration configuration)
        : base(configuration)
    {
    }

    public ClientBase(ChannelBase channel)
        : base(channel)
    {
    }

    public ClientBase(CallInvoker callInvoker)
        : base(callInvoker)
    {
    }

    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}

/// <summary>Base of generated clients, without their type.</summary>
public abstract class ClientBase
{
    private readonly CallInvoker? _callInvoker;

    /// <summary>For test doubles, which override every call.</summary>
    protected ClientBase()
    {
    }

    protected ClientBase(ClientBaseConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _callInvoker = configuration.CallInvoker;
    }

    public ClientBase(ChannelBase channel)
        : this((channel ?? throw new ArgumentNullException(nameof(channel))).CreateCallInvoker())
    {
    }

    public ClientBase(CallInvoker callInvoker)
    {
        ArgumentNullException.ThrowIfNull(callInvoker);
        _callInvoker = callInvoker;
    }

    protected CallInvoker CallInvoker => _callInvoker
        ?? throw new NotImplementedException("This client was made without a channel, for a test double.");

    /// <summary>What a copy of a client is made from.</summary>
    protected internal class ClientBaseConfiguration
    {
        internal ClientBaseConfiguration(CallInvoker callInvoker)
        {
            CallInvoker = callInvoker;
        }

        internal CallInvoker CallInvoker { get; }
    }
}
