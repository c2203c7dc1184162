using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>A write or clear that would have undone another's: the grain that tried is deactivated, so that it reads anew.</summary>
public class InconsistentStateException : OrleansException
{
    public InconsistentStateException(string message)
        : base(message)
    {
    }

    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
        : base(errorMsg) => (StoredEtag, CurrentEtag) = (storedEtag, currentEtag);

    public string? StoredEtag { get; private set; }

    public string? CurrentEtag { get; private set; }

    internal bool IsSourceActivation { get; set; } = true;
}

public sealed class BadProviderConfigException : OrleansException
{
    public BadProviderConfigException(string msg)
        : base(msg)
    {
    }
}
