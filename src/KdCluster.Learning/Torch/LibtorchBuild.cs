using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace KdCluster.Learning.Torch;

/// <summary>What the loaded libtorch says of itself.</summary>
/// <param name="Version">Such as <c>2.10.0</c>; null where it does not tell.</param>
/// <param name="Blas">What multiplies matrices, such as <c>mkl (2024.2)</c>; null where it does not tell, or there is none.</param>
/// <param name="CpuCapability">The processor's instructions that it uses, such as <c>AVX512</c>; null where it does not tell.</param>
/// <param name="Cuda">The CUDA that it was built for, such as <c>12.8</c>; null: none.</param>
public sealed partial record LibtorchBuild(string? Version, string? Blas, string? CpuCapability, string? Cuda)
{
    // at::show_config(), with the C++11 std::string.
    private const string ShowConfig = "_ZN2at11show_configB5cxx11Ev";

    /// <summary>Files of the loaded <c>libtorch_cpu</c>: one, where all is well; empty where the system does not tell.</summary>
    public static IReadOnlyList<string> Files => Loaded("libtorch_cpu.so");

    /// <summary>Reads it; null where no libtorch is loaded, or it has no such function.</summary>
    internal static unsafe LibtorchBuild? Read()
    {
        if (Files is not [var file, ..] || !NativeLibrary.TryLoad(file, out nint library) || !NativeLibrary.TryGetExport(library, ShowConfig, out nint function))
            return null;
        // A std::string of libstdc++: pointer to the characters, length, 16 bytes of its own. What it allocates, a kilobyte, is left: it is read once or twice in a process.
        nint* text = stackalloc nint[4];
        ((delegate* unmanaged<nint*, void>)function)(text);
        return Parse(Encoding.UTF8.GetString((byte*)text[0], checked((int)text[1])));
    }

    internal static LibtorchBuild Parse(string config)
    {
        string? blas = Find(BlasInfo(), config), mkl = Find(MklVersion(), config);
        return new(Find(TorchVersion(), config), blas is null || mkl is null ? blas : $"{blas} ({mkl})", Find(Capability(), config), Find(CudaVersion(), config));
    }

    /// <summary>Files of this name that are loaded.</summary>
    internal static string[] Loaded(string name)
    {
        const string Maps = "/proc/self/maps";
        return File.Exists(Maps) ? [.. File.ReadLines(Maps).Where(l => l.EndsWith('/' + name, StringComparison.Ordinal)).Select(l => l[l.IndexOf('/')..]).Distinct()] : [];
    }

    private static string? Find(Regex pattern, string config) => pattern.Match(config) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"\bTORCH_VERSION=([0-9.]+)")]
    private static partial Regex TorchVersion();

    [GeneratedRegex(@"\bBLAS_INFO=([A-Za-z0-9_]+)")]
    private static partial Regex BlasInfo();

    [GeneratedRegex(@"Math Kernel Library Version ([0-9.]+)")]
    private static partial Regex MklVersion();

    [GeneratedRegex(@"CPU capability usage: (\S+)")]
    private static partial Regex Capability();

    [GeneratedRegex(@"\bCUDA_VERSION=([0-9.]+)")]
    private static partial Regex CudaVersion();
}
