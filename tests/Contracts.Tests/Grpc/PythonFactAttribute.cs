using System.Diagnostics;

namespace KdCluster.Tests.GrpcWire;

/// <summary>A test with Python's gRPC as the other side, skipped where python3-grpcio is not installed.</summary>
public sealed class PythonFactAttribute() : RequiresFactAttribute(_missing.Value)
{
    public const string Python = "/usr/bin/python3";

    private static readonly Lazy<string?> _missing = new(() => HasGrpc() ? null : "python3-grpcio is not installed");

    private static bool HasGrpc()
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
