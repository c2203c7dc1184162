using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Orleans.Hosting;

/// <summary>The membership of a cluster of one.</summary>
internal sealed class OneSilo(ILocalSiloDetails details) : ISiloStatusOracle
{
    private readonly List<ISiloStatusListener> _listeners = [];
    private volatile SiloStatus _status = SiloStatus.Created;

    public SiloStatus CurrentStatus => _status;

    public SiloAddress SiloAddress => details.SiloAddress;

    public string SiloName => details.Name;

    public SiloAddress[] GetActiveSilos() => _status == SiloStatus.Active ? [SiloAddress] : [];

    public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer)
    {
        lock (_listeners)
        {
            if (_listeners.Contains(observer))
                return false;
            _listeners.Add(observer);
            return true;
        }
    }

    public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer)
    {
        lock (_listeners)
            return _listeners.Remove(observer);
    }

    public void Become(SiloStatus status)
    {
        _status = status;
        ISiloStatusListener[] listeners;
        lock (_listeners)
            listeners = [.. _listeners];
        foreach (var listener in listeners)
            listener.SiloStatusChangeNotification(SiloAddress, status);
    }
}

internal sealed class OneSiloMetadata(ILocalSiloDetails details, SiloMetadata metadata) : ISiloMetadataCache
{
    public SiloMetadata GetSiloMetadata(SiloAddress siloAddress) => siloAddress.Equals(details.SiloAddress) ? metadata : SiloMetadata.Empty;
}
