using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace KdCluster.Tests.Support;

/// <summary>A Python script beside a test, with stubs that Python's own tools made of the protos for this run.</summary>
internal sealed class PythonScript : IAsyncDisposable
{
    private readonly TemporaryFolder _stubs;
    private readonly string _script;
    private Process _process;
    private Task<string> _errors;

    private PythonScript(TemporaryFolder stubs, string script, string[] arguments)
    {
        (_stubs, _script) = (stubs, script);
        _process = Start([script, .. arguments], stubs.Path);
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts <c>python/NAME</c> in the caller's folder.</summary>
    public static async Task<PythonScript> StartAsync(string name, string[] arguments, [CallerFilePath] string caller = "")
    {
        TemporaryFolder stubs = new();
        string tests = Path.GetDirectoryName(Path.GetDirectoryName(caller)!)!;
        await GenerateAsync(stubs.Path, Path.Combine(tests, "..", "..", "protos"), "inference/open_inference.proto");
        await GenerateAsync(stubs.Path, Path.Combine(tests, "Inference", "protos"), "health/v1/health.proto", "reflection/v1/reflection.proto", "reflection/v1alpha/reflection.proto");
        string script = Path.Combine(Path.GetDirectoryName(caller)!, "python", name);
        return new PythonScript(stubs, script, arguments);
    }

    /// <summary>Kills the script's process.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _errors;
    }

    /// <summary>Starts the script again after it was killed.</summary>
    public void Restart(params string[] arguments)
    {
        _process.Dispose();
        _process = Start([_script, .. arguments], _stubs.Path);
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public async Task<string> ReadLineAsync()
    {
        using CancellationTokenSource patience = Deadline.After(TimeSpan.FromSeconds(60));
        return await _process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("Python ended: " + await _errors);
    }

    public async Task AssertEndsWellAsync()
    {
        using CancellationTokenSource patience = Deadline.After(TimeSpan.FromSeconds(90));
        await _process.WaitForExitAsync(patience.Token);
        Assert.True(_process.ExitCode == 0, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _stubs.Dispose();
    }

    private static async Task GenerateAsync(string into, string root, params string[] files)
    {
        using Process process = Start(["-m", "grpc_tools.protoc", $"-I{root}", $"--python_out={into}", $"--grpc_python_out={into}", .. files], into);
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
    }

    private static Process Start(string[] arguments, string stubs)
    {
        ProcessStartInfo start = new(PythonGrpcFactAttribute.Python, ["-B", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONPATH"] = stubs;
        // Debian's generator is older than its runtime, which then asks for the pure implementation.
        start.Environment["PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"] = "python";
        return Process.Start(start)!;
    }
}
