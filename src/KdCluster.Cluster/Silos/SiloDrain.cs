namespace KdCluster.Cluster.Silos;

/// <summary>Whether this silo is being emptied: once it is, nothing more is placed on it and its runs move on.</summary>
internal sealed class SiloDrain
{
    private volatile bool _draining;

    /// <summary>Raised once.</summary>
    public event Action? Began;

    public bool Draining => _draining;

    public void Begin()
    {
        if (!_draining)
        {
            _draining = true;
            Began?.Invoke();
        }
    }
}
