namespace Orleans.Runtime;

public enum SiloStatus
{
    None,
    Created,
    Joining,
    Active,
    ShuttingDown,
    Stopping,
    Dead,
}

/// <summary>Hears of silos that come and go: here, of none.</summary>
public interface ISiloStatusListener
{
    void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status);
}

/// <summary>Which silos are alive: this one.</summary>
public interface ISiloStatusOracle
{
    SiloStatus CurrentStatus { get; }

    SiloAddress SiloAddress { get; }

    string SiloName { get; }

    SiloAddress[] GetActiveSilos();

    bool SubscribeToSiloStatusEvents(ISiloStatusListener observer);

    bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer);
}
