using System.Diagnostics;

namespace KdCluster.Tests;

/// <summary>A container of the compose file as a plain process: its command and its environment, with paths and addresses of this machine.</summary>
internal sealed class EntryPoint : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly Process _process;
    private readonly TaskCompletionSource _serves = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _written = [];
    private readonly List<string> _output = [];

    private EntryPoint(Process process) => _process = process;

    /// <summary>What it wrote, for failures.</summary>
    public string Written
    {
        get
        {
            lock (_written)
            {
                return string.Join('\n', _written);
            }
        }
    }

    /// <summary>Its results alone: which of two streams is read first is chance.</summary>
    public string Output
    {
        get
        {
            lock (_written)
            {
                return string.Join('\n', _output);
            }
        }
    }

    public static EntryPoint Start(IEnumerable<string> command, IReadOnlyDictionary<string, string> environment)
    {
        ProcessStartInfo start = new(Path.Combine(DeployFiles.Deploy, "image", "kd"), command) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("KD_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["KD_APP"] = AppContext.BaseDirectory;
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        EntryPoint entry = new(new Process { StartInfo = start });
        entry._process.OutputDataReceived += (_, e) => entry.Take(e.Data, entry._output);
        entry._process.ErrorDataReceived += (_, e) => entry.Take(e.Data, null);
        entry._process.Start();
        entry._process.BeginOutputReadLine();
        entry._process.BeginErrorReadLine();
        return entry;
    }

    /// <summary>Waits until it says that it serves.</summary>
    public async Task ServesAsync()
    {
        using CancellationTokenSource deadline = Deadline.After(Patience);
        Task first = await Task.WhenAny(_serves.Task, _process.WaitForExitAsync(deadline.Token));
        Assert.True(first == _serves.Task, $"it does not serve:\n{Written}");
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> EndAsync()
    {
        using CancellationTokenSource deadline = Deadline.After(Patience);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>Asks it to end, as an engine does.</summary>
    public async Task TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Take(string? line, List<string>? also)
    {
        if (line is null)
        {
            return;
        }

        lock (_written)
        {
            _written.Add(line);
            also?.Add(line);
        }

        if (line.StartsWith("Silo at ", StringComparison.Ordinal))
        {
            _serves.TrySetResult();
        }
    }
}
