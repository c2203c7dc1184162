using System.Globalization;
using KdCluster.Learning.Torch;
using TorchSharp;

namespace KdCluster.Cli.Doctor;

/// <summary>Libtorch: whether it loads, from where, on which devices, and how fast it multiplies.</summary>
internal static class TorchChecks
{
    private const int Size = 512;
    private const int Repeats = 8;

    private static readonly string[] Libraries = ["libopenblas", "libmkl", "libblis"];

    // A core with any BLAS does tens; without one, about 3.
    private const double SlowGigaFlops = 8;

    /// <summary>Version, provider and devices.</summary>
    /// <param name="device">The device asked for; null asks for none.</param>
    public static Task<IReadOnlyList<Check>> LibtorchAsync(string? device)
    {
        TorchRuntime.Initialize();
        List<Check> checks = [Check.Ok("libtorch", TorchRuntime.Describe())];
        if (Loaded("libtorch_cpu") is { } file)
            checks.Add(Check.Ok("libtorch file", file));
        string cuda = torch.cuda.is_available() ? string.Create(CultureInfo.InvariantCulture, $"cpu and {torch.cuda.device_count()} CUDA device(s)") : "cpu";
        checks.Add(Check.Ok("devices", cuda));
        if (device is not null)
            checks.Add(Check.Ok("device", $"{TorchRuntime.ParseDevice(device)} is there"));
        return Task.FromResult<IReadOnlyList<Check>>(checks);
    }

    /// <summary>How fast one thread multiplies matrices: shows whether libtorch has a BLAS.</summary>
    public static Task<IReadOnlyList<Check>> SpeedAsync(TimeProvider time)
    {
        TorchRuntime.Initialize();
        using var scope = torch.NewDisposeScope();
        torch.Tensor a = torch.ones([Size, Size]), b = torch.ones([Size, Size]);
        torch.matmul(a, b);
        double best = 0;
        for (int i = 0; i < Repeats; i++)
        {
            long start = time.GetTimestamp();
            torch.matmul(a, b);
            best = Math.Max(best, 2.0 * Size * Size * Size / time.GetElapsedTime(start).TotalSeconds / 1e9);
        }

        string? blas = Libraries.Select(Loaded).FirstOrDefault(file => file is not null);
        // A busy machine is slow too: only without a fast library is it the library's fault.
        bool slow = blas is null && best < SlowGigaFlops;
        string text = string.Create(CultureInfo.InvariantCulture, $"{best:0} GFLOP/s in a matrix product on one thread{(blas is null ? "" : ", by " + Path.GetFileName(blas))}");
        return Task.FromResult<IReadOnlyList<Check>>(
            [new Check("blas", slow ? CheckState.Warn : CheckState.Ok, text, slow ? "Debian and Ubuntu: apt-get install libopenblas0-pthread makes training many times faster." : null)]);
    }

    // The file of a loaded library; null when it is not loaded, or the system does not tell.
    private static string? Loaded(string name)
    {
        const string Maps = "/proc/self/maps";
        return File.Exists(Maps)
            ? File.ReadLines(Maps).Select(l => l[(l.LastIndexOf(' ') + 1)..]).FirstOrDefault(l => Path.GetFileName(l).StartsWith(name, StringComparison.Ordinal))
            : null;
    }
}
