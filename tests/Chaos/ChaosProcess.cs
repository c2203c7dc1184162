using System.Diagnostics;
using System.Globalization;

namespace KdCluster.Chaos;

/// <summary>A process that can be killed, frozen, thawed and asked to stop; what it writes goes to a file.</summary>
internal sealed class ChaosProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _readyWhen;
    private volatile string _last = "it printed nothing";

    private ChaosProcess(Process process, string log, string readyWhen)
    {
        (_process, _readyWhen) = (process, readyWhen);
        _log = new StreamWriter(log, append: true) { AutoFlush = true };
        _process.OutputDataReceived += (_, e) => Take(e.Data);
        _process.ErrorDataReceived += (_, e) => Take(e.Data);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => _ready.TrySetException(new KdException("KD1710", $"a process ended before it was ready: {_last}", log, "--keep FOLDER keeps the files of all processes."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Whether it has ended.</summary>
    public bool Ended => _process.HasExited;

    /// <summary>Resident memory, bytes; 0 when it has ended.</summary>
    public long Memory
    {
        get
        {
            try
            {
                string line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
                return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                return 0;
            }
        }
    }

    /// <summary>Open descriptors: files and connections, but for the program's own code, which is opened when it is first needed and stays; 0 when it has ended.</summary>
    public int Descriptors
    {
        get
        {
            try
            {
                return new DirectoryInfo($"/proc/{_process.Id}/fd").EnumerateFileSystemInfos().Count(f => f.LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) == false);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
            {
                return 0;
            }
        }
    }

    /// <param name="log">Where its output goes.</param>
    /// <param name="readyWhen">A text in the line that says that it is ready.</param>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ChaosProcess Start(string log, string readyWhen, string file, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("KD_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        return new ChaosProcess(new Process { StartInfo = start }, log, readyWhen);
    }

    /// <summary>Waits for the line that says that it is ready.</summary>
    public Task<string> ReadyAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(TimeSpan.FromMinutes(2), cancellationToken);

    /// <summary>Sends a signal: KILL, STOP, CONT or TERM.</summary>
    public async Task SignalAsync(string signal)
    {
        if (Ended)
            return;
        using Process kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until it has ended; false when it has not within the time.</summary>
    public async Task<bool> EndAsync(TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout);
        try
        {
            await _process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Ended)
            _process.Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
        await _log.DisposeAsync().ConfigureAwait(false);
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_log)
            _log.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {line}");
        _last = line;
        if (line.Contains(_readyWhen, StringComparison.Ordinal))
            _ready.TrySetResult(line);
    }
}
