namespace TorchSharp;

/// <summary>What a dispose scope can own. Slot is the place in the scope's list, so that leaving it costs no search.</summary>
internal interface IScopeMember : IDisposable
{
    DisposeScope? OwningDisposeScope { get; set; }

    int Slot { get; set; }

    LifetimeStatistics StatisticsIn(ThreadDisposeScopeStatistics statistics);
}
