using System.Diagnostics;

namespace KdCluster.Tests;

/// <summary>What Prometheus says of its own files. Of kubernetes.yml nothing: not every Prometheus is built with Kubernetes' discovery.</summary>
public class PromtoolTests
{
    [PromtoolFact]
    public Task The_configuration_is_one() => SucceedsAsync("check", "config", "prometheus.yml");

    [PromtoolFact]
    public Task Alerts_ring_when_they_should_and_only_then() => SucceedsAsync("test", "rules", "alerts.test.yml");

    private static async Task SucceedsAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("promtool", arguments)
        {
            WorkingDirectory = Path.Combine(DeployFiles.Deploy, "prometheus"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        output += await errors;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
    }
}
