namespace KdCluster.Cluster.Silos;

/// <summary>Whether this silo is being drained: once it is, nothing more is placed on it and its runs move on.</summary>
internal sealed class SiloDrain : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private volatile bool _draining;

    public SiloDrain() => Gone = _gone.Token;

    /// <summary>Raised once.</summary>
    public event Action? Began;

    public bool Draining => _draining;

    /// <summary>It has taken its leave: streams of its callers end.</summary>
    public CancellationToken Gone { get; }

    public void Begin()
    {
        if (!_draining)
        {
            _draining = true;
            Began?.Invoke();
        }
    }

    /// <summary>Now its callers have had their time to go elsewhere.</summary>
    public void Go() => _gone.Cancel();

    public void Dispose() => _gone.Dispose();
}
