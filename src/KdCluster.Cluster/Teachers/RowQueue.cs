namespace KdCluster.Cluster.Teachers;

/// <summary>
/// Counts the rows that a teacher has taken on, and refuses more when they are too many: askers wait better elsewhere. An asker with less than its share
/// of the room is let in even so, up to twice the limit in all, so that a large run's queue does not shut out a small one.
/// </summary>
/// <param name="limit">Rows.</param>
internal sealed class RowQueue(int limit)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _askers = new(StringComparer.Ordinal);

    public int Rows { get; private set; }

    public bool TryEnter(string asker, int rows)
    {
        lock (_gate)
        {
            int own = _askers.GetValueOrDefault(asker);
            int askers = _askers.Count + (own == 0 ? 1 : 0);
            bool fits = Rows == 0 || Rows + rows <= limit || (own + rows <= limit / askers && Rows + rows <= 2 * limit);
            if (fits)
            {
                Rows += rows;
                _askers[asker] = own + rows;
            }

            return fits;
        }
    }

    public void Leave(string asker, int rows)
    {
        lock (_gate)
        {
            Rows -= rows;
            if ((_askers[asker] -= rows) == 0)
            {
                _askers.Remove(asker);
            }
        }
    }
}
