using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace KdCluster.Tests.GrpcWire;

/// <summary>A test with Python's gRPC as the other side, skipped where python3-grpcio is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    public const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> _there = new(Look);

    public PythonFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => (Skip, SkipType, SkipUnless) = ("python3-grpcio is not installed", typeof(PythonFactAttribute), nameof(PythonFactAttribute.IsInstalled));

    public static bool IsInstalled => _there.Value;

    private static bool Look()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo(Python, ["-c", "import grpc"]) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
