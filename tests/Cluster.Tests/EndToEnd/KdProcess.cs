using System.Diagnostics;
using System.Threading.Channels;

namespace KdCluster.Tests.EndToEnd;

/// <summary>The program in a process of its own, with what it writes.</summary>
internal sealed class KdProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _seen = [];
    private readonly List<string> _output = [];
    private int _open = 2;

    private KdProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, e) => Take(e.Data, _output);
        _process.ErrorDataReceived += (_, e) => Take(e.Data, null);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>What it has written so far, both streams.</summary>
    public string Written
    {
        get
        {
            lock (_seen)
                return string.Join('\n', _seen);
        }
    }

    /// <summary>Its results so far.</summary>
    public string Output
    {
        get
        {
            lock (_seen)
                return string.Join('\n', _output);
        }
    }

    /// <summary>Starts it on a home.</summary>
    public static KdProcess Start(string home, params string[] args) => Start(home, [], args);

    /// <summary>Starts it on a home, with more in its environment.</summary>
    public static KdProcess Start(string home, IEnumerable<(string Name, string Value)> environment, params string[] args) => StartIn(AppContext.BaseDirectory, home, environment, args);

    /// <summary>Starts the one of another folder.</summary>
    public static KdProcess StartIn(string program, string home, IEnumerable<(string Name, string Value)> environment, params string[] args) =>
        Start(Path.Combine(program, "kd.dll"), Path.GetTempPath(), home, environment, args);

    /// <summary>Starts it where a user stands in another folder.</summary>
    public static KdProcess StartFrom(string directory, string home, IEnumerable<(string Name, string Value)> environment, params string[] args) =>
        Start(Path.Combine(AppContext.BaseDirectory, "kd.dll"), directory, home, environment, args);

    /// <summary>Starts another program of the tests' folder.</summary>
    public static KdProcess StartOther(string file, string home, params string[] args) =>
        Start(Path.Combine(AppContext.BaseDirectory, file), Path.GetTempPath(), home, [], args);

    private static KdProcess Start(string file, string directory, string home, IEnumerable<(string Name, string Value)> environment, string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [file, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = directory,
        };
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("KD_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["KD_HOME"] = home;
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return new KdProcess(new Process { StartInfo = start });
    }

    /// <summary>Runs it to its end and makes sure of its exit code.</summary>
    /// <returns>Its results.</returns>
    public static async Task<string> RunAsync(string home, params string[] args)
    {
        await using KdProcess kd = Start(home, args);
        int code = await kd.EndAsync();
        Assert.True(code == 0, $"kd {string.Join(' ', args)}: exit code {code}\n{kd.Written}");
        return kd.Output;
    }

    /// <summary>Waits for a line that holds a text.</summary>
    public async Task<string> LineAsync(string text)
    {
        using CancellationTokenSource deadline = Deadline.After(Patience);
        try
        {
            await foreach (string line in _lines.Reader.ReadAllAsync(deadline.Token))
            {
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"no line with '{text}' within {Patience}:\n{Written}");
        }

        throw new InvalidOperationException($"ended without a line with '{text}':\n{Written}");
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> EndAsync() => EndAsync(Patience);

    /// <summary>Waits for its end, so long at most.</summary>
    public async Task<int> EndAsync(TimeSpan patience)
    {
        using CancellationTokenSource deadline = Deadline.After(patience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"still runs after {patience}:\n{Written}");
        }

        return _process.ExitCode;
    }

    /// <summary>Sends a signal, such as INT, TERM or KILL.</summary>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
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
            if (Interlocked.Decrement(ref _open) == 0)
                _lines.Writer.TryComplete();
            return;
        }

        lock (_seen)
        {
            _seen.Add(line);
            also?.Add(line);
        }

        _lines.Writer.TryWrite(line);
    }
}
