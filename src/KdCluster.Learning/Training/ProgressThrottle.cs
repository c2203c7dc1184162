namespace KdCluster.Learning.Training;

/// <summary>Says when a report of progress is due, and how many rows per second went by since the one before.</summary>
internal sealed class ProgressThrottle(TimeProvider time, TimeSpan every)
{
    private readonly long _start = time.GetTimestamp();
    private long _newest = time.GetTimestamp();
    private long _rows;

    /// <summary>Time since the training (or its resumption) began.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    public bool Due => time.GetElapsedTime(_newest) >= every;

    public void Add(int rows) => _rows += rows;

    /// <summary>Rows per second since the last call.</summary>
    public double TakeRate()
    {
        long now = time.GetTimestamp();
        double seconds = time.GetElapsedTime(_newest, now).TotalSeconds;
        double rate = seconds > 0 ? _rows / seconds : 0;
        (_newest, _rows) = (now, 0);
        return rate;
    }
}
