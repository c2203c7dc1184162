using System.Diagnostics;
using System.Globalization;

namespace KdCluster.Bench;

/// <summary>A Python process with PyTorch that takes steps on demand.</summary>
internal sealed class PyTorch : IAsyncDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly Process _process;

    private PyTorch(Process process) => _process = process;

    /// <summary>Starts it.</summary>
    /// <param name="arguments">The model and its batch, as the script takes them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The process and PyTorch's version; or no process, and why not.</returns>
    public static async Task<(PyTorch? Process, string Found)> StartAsync(string[] arguments, CancellationToken cancellationToken)
    {
        if (!File.Exists(Python))
            return (null, $"there is no {Python}");
        using var script = new StreamReader(typeof(PyTorch).Assembly.GetManifestResourceStream("pytorch_step.py")!);
        var start = new ProcessStartInfo(Python, ["-c", await script.ReadToEndAsync(cancellationToken).ConfigureAwait(false), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in (string[])["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"])
            start.Environment[name] = "1";
        Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        if (await process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } version)
            return (new PyTorch(process), version);
        string why = (await errors.ConfigureAwait(false)).TrimEnd().Split('\n')[^1];
        process.Dispose();
        return (null, $"{Python}: {why}");
    }

    /// <summary>Takes so many steps; the process measures itself.</summary>
    public async Task<Cost> StepsAsync(int count, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(count.ToString(CultureInfo.InvariantCulture).AsMemory(), cancellationToken).ConfigureAwait(false);
        await _process.StandardInput.FlushAsync(cancellationToken).ConfigureAwait(false);
        string line = await _process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException("the PyTorch process ended");
        double[] seconds = [.. line.Split(' ').Select(s => double.Parse(s, CultureInfo.InvariantCulture))];
        return new Cost(seconds[0], seconds[1]);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();   // its loop ends with its input
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }
}
