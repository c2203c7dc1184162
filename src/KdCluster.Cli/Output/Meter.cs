namespace KdCluster.Cli.Output;

/// <summary>Shows how far one thing of a known size is: a redrawn line on a terminal, else a plain line every five seconds. Thread-safe.</summary>
/// <param name="terminal">Where.</param>
/// <param name="time">The clock.</param>
/// <param name="title">What is being done.</param>
/// <param name="total">Its size in rows.</param>
internal sealed class Meter(Terminal terminal, TimeProvider time, string title, long total) : IDisposable
{
    private static readonly TimeSpan PlainPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LivePause = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private readonly long _began = time.GetTimestamp();
    private long? _shown;

    /// <summary>Shows that so many rows are done.</summary>
    public void Show(int done) => Show(done, total, "");

    /// <summary>Shows that so many rows of so many are done, with a word more.</summary>
    public void Show(long done, long of, string more)
    {
        lock (_gate)
        {
            // Plain lines begin after the first pause: what is quick needs none.
            long since = _shown ?? (terminal.Live ? 0 : _began);
            if ((_shown is not null || !terminal.Live) && time.GetElapsedTime(since) < (terminal.Live ? LivePause : PlainPause))
                return;
            _shown = time.GetTimestamp();
            string line = Line(done, of, more);
            if (terminal.Live)
                terminal.Redraw([line]);
            else
                terminal.Note($"{time.GetLocalNow():HH:mm:ss}  {line}");
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose() => terminal.Redraw([]);

    private string Line(long done, long of, string more)
    {
        double seconds = time.GetElapsedTime(_began).TotalSeconds;
        double pace = seconds > 0 ? done / seconds : 0;
        double share = of > 0 ? (double)done / of : double.NaN;
        string left = pace > 0 && of > done ? $"  {Human.Duration((of - done) / pace)} left" : "";
        string figures = $"{Human.Percent(share)}  {Human.Count(pace)} rows/s{left}{(more.Length > 0 ? "  " + more : "")}";
        return terminal.Live
            ? $"{title}  [{Human.Bar(share, Math.Clamp(terminal.Width - title.Length - figures.Length - 8, 4, 30))}] {figures}"
            : $"{title}  {figures}";
    }
}
