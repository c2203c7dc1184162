using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace KdCluster.Tests.Support;

/// <summary>A test with Python's gRPC as the other side, skipped where Debian's python3-grpcio and python3-grpc-tools are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonGrpcFactAttribute : FactAttribute
{
    public const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> _there = new(Look);

    public PythonGrpcFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => (Skip, SkipType, SkipUnless) = ("python3-grpcio, python3-grpc-tools or python3-numpy is not installed", typeof(PythonGrpcFactAttribute), nameof(PythonGrpcFactAttribute.IsInstalled));

    public static bool IsInstalled => _there.Value;

    private static bool Look()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using Process process = Process.Start(new ProcessStartInfo(Python, ["-c", "import grpc, grpc_tools.protoc, numpy"]) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
