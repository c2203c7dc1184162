using KdCluster.Cli.Output;
using KdCluster.V1;

namespace KdCluster.Cli.Runs;

/// <summary>Redraws a block on a terminal.</summary>
/// <param name="title">What is being done.</param>
/// <param name="terminal">Where.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveRunView(string title, Terminal terminal, TimeProvider time) : IRunView
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly long _began = time.GetTimestamp();
    private IReadOnlyList<Run> _last = [];
    private long? _drawn;

    /// <inheritdoc/>
    public void Show(IReadOnlyList<Run> runs)
    {
        _last = runs;
        if (_drawn is { } drawn && time.GetElapsedTime(drawn) < Pause)
            return;
        _drawn = time.GetTimestamp();
        Draw();
    }

    /// <inheritdoc/>
    public void Close()
    {
        Draw();
        terminal.Keep();
    }

    private void Draw()
    {
        (int width, int height) = terminal.Size();
        terminal.Redraw(RunBlock.Render(title, _last, time.GetElapsedTime(_began).TotalSeconds, width - 1, height - 1));
    }
}
