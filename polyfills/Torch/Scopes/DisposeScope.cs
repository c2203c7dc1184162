namespace TorchSharp;

public static partial class torch
{
    /// <summary>Opens a scope that disposes, at its end, what this thread created in it and did not move out.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.OfThread.Open();

    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.OfThread.Current;
}

/// <summary>Owner of the tensors made while it is its thread's innermost scope.</summary>
public sealed partial class DisposeScope : IDisposable
{
    private readonly List<IScopeMember> _members = [];
    private DisposeScopeManager? _manager;

    internal DisposeScope(DisposeScopeManager manager, DisposeScope? outer)
    {
        _manager = manager;
        OuterScope = outer;
    }

    public IReadOnlyList<IDisposable> DisposablesView => Alive()._members.ToArray();

    public int DisposablesCount => Alive()._members.Count;

    internal DisposeScope? OuterScope { get; set; }

    public bool Contains(IDisposable disposable) => disposable is IScopeMember m && ReferenceEquals(m.OwningDisposeScope, this);

    public void DisposeEverything() => DisposeEverythingBut([]);

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        Alive();
        var keep = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        foreach (var item in _members.FindAll(m => !keep.Contains(m)))
            DisposeMember(item);
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[keep]);
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[first, second, third]);
        return (first, second, third);
    }

    public void MarkAsDisposed(IDisposable disposable)
    {
        Alive();
        if (disposable is IScopeMember m && Contains(m))
            Remove(m);
    }

    public void Dispose()
    {
        if (_manager is not { } manager)
            return;
        while (_members.Count > 0)
            DisposeMember(_members[^1]);
        manager.Close(this);
        _manager = null;
    }

    internal void Add(IScopeMember item)
    {
        item.Slot = _members.Count;
        item.OwningDisposeScope = this;
        _members.Add(item);
    }

    internal void Remove(IScopeMember item)
    {
        int last = _members.Count - 1;
        var moved = _members[last];
        _members[item.Slot] = moved;
        moved.Slot = item.Slot;
        _members.RemoveAt(last);
        item.OwningDisposeScope = null;
    }

    /// <summary>Puts one object in another's place.</summary>
    internal void Replace(IScopeMember original, IScopeMember replacement)
    {
        Remove(original);
        Add(replacement);
    }

    /// <summary>An object leaves its scope when it is disposed; one that had nothing left to dispose leaves here.</summary>
    private void DisposeMember(IScopeMember item)
    {
        item.Dispose();
        if (Contains(item))
            Remove(item);
    }

    private DisposeScope Alive()
    {
        ObjectDisposedException.ThrowIf(_manager is null, this);
        return this;
    }
}
