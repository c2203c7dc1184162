namespace TorchSharp;

/// <summary>One thread's stack of dispose scopes.</summary>
public class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScopeManager? t_ofThread;

    public static ThreadDisposeScopeStatistics Statistics => OfThread.StatisticsInstance;

    internal static DisposeScopeManager OfThread => t_ofThread ??= new();

    internal ThreadDisposeScopeStatistics StatisticsInstance { get; } = new();

    internal DisposeScope? Current { get; private set; }

    internal DisposeScope Open() => Current = new(this, Current);

    internal void Register(IScopeMember item)
    {
        var counts = item.StatisticsIn(StatisticsInstance);
        if (Current is not { } scope)
        {
            counts.CreatedOutsideScopeCount++;
            return;
        }

        counts.CreatedInScopeCount++;
        scope.Add(item);
    }

    internal void CountDisposal(IScopeMember item)
    {
        var counts = item.StatisticsIn(StatisticsInstance);
        if (item.OwningDisposeScope is null)
            counts.DisposedOutsideScopeCount++;
        else
            counts.DisposedInScopeCount++;
    }

    /// <summary>Takes a scope out of the stack, the innermost one or another.</summary>
    internal void Close(DisposeScope scope)
    {
        if (ReferenceEquals(Current, scope))
        {
            Current = scope.OuterScope;
            return;
        }

        for (var inner = Current; inner is not null; inner = inner.OuterScope)
        {
            if (!ReferenceEquals(inner.OuterScope, scope))
                continue;
            inner.OuterScope = scope.OuterScope;
            return;
        }
    }
}
