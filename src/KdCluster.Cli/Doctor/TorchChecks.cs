using System.Globalization;
using KdCluster.Cluster;
using KdCluster.Learning.Torch;
using TorchSharp;

namespace KdCluster.Cli.Doctor;

/// <summary>Libtorch: whether it loads, from where, on which devices, and how fast it multiplies.</summary>
internal static class TorchChecks
{
    private const int Size = 512;
    private const int Repeats = 8;

    /// <summary>Version, file, threads and devices.</summary>
    /// <param name="options">As a silo here would have them.</param>
    /// <param name="device">The device asked for; null asks for none.</param>
    public static Task<IReadOnlyList<Check>> LibtorchAsync(KdClusterOptions options, string? device)
    {
        TorchRuntime.Initialize(options.TorchThreads);
        bool cuda = torch.cuda.is_available();
        List<Check> checks = [Check.Ok("libtorch", TorchRuntime.Describe()), .. Files(LibtorchBuild.Files)];
        checks.Add(Check.Ok("devices", cuda ? string.Create(CultureInfo.InvariantCulture, $"cpu and {torch.cuda.device_count()} CUDA device(s)") : "cpu"));
        if (!cuda && TorchRuntime.Build.Cuda is { } wanted)
            checks.Add(Driver(Version.Parse(wanted), CudaDriver.Version()));
        if (device is not null)
            checks.Add(Check.Ok("device", $"{TorchRuntime.ParseDevice(device)} is there"));
        return Task.FromResult<IReadOnlyList<Check>>(checks);
    }

    /// <summary>What multiplies matrices, and how fast.</summary>
    public static Task<IReadOnlyList<Check>> SpeedAsync(KdClusterOptions options, TimeProvider time)
    {
        TorchRuntime.Initialize(options.TorchThreads);
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

        LibtorchBuild build = TorchRuntime.Build;
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{build.Blas ?? "not told"}, CPU capability {build.CpuCapability ?? "not told"}, {best:0} GFLOP/s in a matrix product on {torch.get_num_threads()} thread(s)");
        return Task.FromResult<IReadOnlyList<Check>>([Check.Ok("blas", text)]);
    }

    /// <summary>Why a libtorch for CUDA sees no device.</summary>
    /// <param name="wanted">The CUDA that it was built for.</param>
    /// <param name="driver">The newest that the driver runs; null: there is none.</param>
    internal static Check Driver(Version wanted, Version? driver)
    {
        (string text, string remedy) = driver is null
            ? ($"this libtorch is for CUDA {wanted}, and there is no NVIDIA driver here ({CudaDriver.Library})",
                "Install the driver on the host, and start containers with the GPUs (--gpus all). Without a GPU, use a libtorch for the CPU.")
            : driver < wanted
                ? ($"the NVIDIA driver runs CUDA up to {driver}, this libtorch is for {wanted}", "Update the driver, or use a libtorch for an older CUDA (KD_LIBTORCH, docs/install.md).")
                : ($"the NVIDIA driver is new enough (CUDA {driver}), but shows no device", "Is CUDA_VISIBLE_DEVICES empty, or was the container started without GPUs?");
        return new Check("CUDA driver", CheckState.Warn, text, remedy);
    }

    /// <summary>Where libtorch was loaded from; from two places it is two, which know nothing of one another.</summary>
    internal static IEnumerable<Check> Files(IReadOnlyList<string> files) => files.Count switch
    {
        0 => [],
        1 => [Check.Ok("libtorch file", files[0])],
        _ => [new Check("libtorch file", CheckState.Fail, $"loaded twice: {string.Join(", ", files)}", "Use TorchSharp only through TorchRuntime, which loads one.")],
    };
}
