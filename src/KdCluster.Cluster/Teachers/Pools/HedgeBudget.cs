namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>Bounds second requests to a share of all requests: when everything is late, asking twice makes it later.</summary>
/// <param name="share">Hedges earned by a request.</param>
internal sealed class HedgeBudget(double share)
{
    private const double Most = 8;
    private readonly Lock _gate = new();
    private double _earned = 1;

    public void Earn()
    {
        lock (_gate)
        {
            _earned = Math.Min(Most, _earned + share);
        }
    }

    public bool TrySpend()
    {
        lock (_gate)
        {
            if (_earned < 1)
            {
                return false;
            }

            _earned--;
            return true;
        }
    }

    /// <summary>There was nobody else to ask.</summary>
    public void Refund()
    {
        lock (_gate)
        {
            _earned++;
        }
    }
}
