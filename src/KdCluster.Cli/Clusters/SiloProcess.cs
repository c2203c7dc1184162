using System.Diagnostics;
using System.Text.RegularExpressions;
using KdCluster.Cli.Output;

namespace KdCluster.Cli.Clusters;

/// <summary>One silo of a cluster on this machine, in a process that is started again when it ends. Standard input is its lease: it stops when that closes.</summary>
/// <param name="name">For people, and of its log.</param>
/// <param name="start">Starts it.</param>
/// <param name="log">Where everything goes that it writes; lines with a code are shown as well.</param>
/// <param name="terminal">Where to show it.</param>
/// <param name="time">Clock of the pauses.</param>
internal sealed partial class SiloProcess(string name, ProcessStartInfo start, string log, Terminal terminal, TimeProvider time) : IAsyncDisposable
{
    private const string ReadyLine = "Silo at ";
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1), s_longest = TimeSpan.FromSeconds(30), s_stopping = TimeSpan.FromSeconds(60);
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly StreamWriter _log = new(log) { AutoFlush = true };
    private Task _running = Task.CompletedTask;
    private Process? _process;
    private string _last = "it printed nothing";

    public string Name => name;

    /// <summary>Its gRPC address, when it serves for the first time. <c>KD1710</c>: it ended before.</summary>
    public Task<string> Ready => _ready.Task;

    /// <summary>Starts it, and again whenever it ends.</summary>
    public void Start() => _running = RunAsync();

    /// <summary>Lets it stop in good order; ends it where that takes longer than a minute.</summary>
    public async Task StopAsync()
    {
        Release();
        try
        {
            await _running.WaitAsync(s_stopping, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            terminal.Note($"{name} has not stopped within {s_stopping.TotalSeconds:0} s and was killed. Its log: {log}");
            Kill();
            await _running.ConfigureAwait(false);
        }
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        Release();
        lock (_gate)
            _process?.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _running.ConfigureAwait(false);
        await _log.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Nothing is started any more, and what runs is asked to stop.</summary>
    private void Release()
    {
        lock (_gate)
        {
            _stop.Cancel();
            _process?.StandardInput.Close();
        }
    }

    private async Task RunAsync()
    {
        TimeSpan pause = s_shortest;
        while (!_stop.IsCancellationRequested)
        {
            long since = time.GetTimestamp();
            string end = await RunOnceAsync().ConfigureAwait(false);
            if (_stop.IsCancellationRequested)
                break;
            if (!_ready.Task.IsCompleted)
            {
                _ready.SetException(new KdException("KD1710", $"{name} {end} before it was ready: {_last}", log, "Correct this. Its log has more, with --verbose even more."));
                return;
            }

            if (time.GetElapsedTime(since) > s_longest)
                pause = s_shortest;
            terminal.Note($"{name} {end}. It is restarted in {pause.TotalSeconds:0} s. Its log: {log}");
            await Task.Delay(pause, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = 2 * pause < s_longest ? 2 * pause : s_longest;
        }

        _ready.TrySetCanceled();
    }

    /// <summary>How it ended.</summary>
    private async Task<string> RunOnceAsync()
    {
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) => Take(e.Data);
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
                return "";
            process.Start();
            _process = process;
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await process.WaitForExitAsync().ConfigureAwait(false);
        lock (_gate)
            _process = null;
        return process.ExitCode > 128 ? $"was ended by signal {process.ExitCode - 128}" : $"ended with exit code {process.ExitCode}";
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_log)
            _log.WriteLine(line);
        _last = line;
        if (line.StartsWith(ReadyLine, StringComparison.Ordinal))
        {
            string address = line[ReadyLine.Length..].Split(',')[0];
            if (!_ready.TrySetResult(address))
                terminal.Note($"{name} serves again at {address}.");
        }
        else if (CodedLine().IsMatch(line) && !_stop.IsCancellationRequested)
        {
            terminal.Note($"{name}: {line.Trim()}");
        }
    }

    [GeneratedRegex(@"\bKD\d{4}\b")]
    private static partial Regex CodedLine();
}
