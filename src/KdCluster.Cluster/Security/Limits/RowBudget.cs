namespace KdCluster.Cluster.Security;

/// <summary>A token bucket of rows: it fills at the token's rate up to ten seconds' worth, and may be drawn below nothing, which those who follow wait for.</summary>
internal sealed class RowBudget(TimeProvider time)
{
    /// <summary>Seconds' worth of rows that may come at once.</summary>
    public const double Burst = 10;

    private readonly Lock _gate = new();
    private double _rows = double.NaN;
    private long _at;

    /// <summary>Takes rows out, and says how long to wait before they may be answered; longer than <paramref name="patience"/>: they were not taken.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="rate">Rows a second.</param>
    /// <param name="patience">How long the caller would wait.</param>
    public TimeSpan Take(int rows, double rate, TimeSpan patience)
    {
        lock (_gate)
        {
            double full = rate * Burst;
            _rows = double.IsNaN(_rows) ? full : Math.Min(full, _rows + (time.GetElapsedTime(_at).TotalSeconds * rate));
            _at = time.GetTimestamp();
            double lacking = rows - _rows;
            if (rows > full)
            {
                return TimeSpan.MaxValue;
            }

            TimeSpan wait = lacking <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(lacking / rate);
            if (wait <= patience)
            {
                _rows -= rows;
            }

            return wait;
        }
    }
}
