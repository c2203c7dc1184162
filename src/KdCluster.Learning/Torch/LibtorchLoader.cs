using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace KdCluster.Learning.Torch;

/// <summary>Loads libtorch before TorchSharp looks for one: that of <c>KD_LIBTORCH</c>, else the one beside the program.</summary>
internal static class LibtorchLoader
{
    /// <summary>The environment variable: the folder of another libtorch of the same version line, such as the <c>torch/lib</c> of a Python installation.</summary>
    public const string Variable = "KD_LIBTORCH";

    private const string Remedy = $"Name the folder that holds libtorch_cpu.so, such as site-packages/torch/lib of a Python installation, in {Variable}.";
    // In the order of their needs. The loader takes a library for one that is loaded already by its name (SONAME), and opens a second copy when it is given another path.
    private static readonly string[] s_files = ["libc10.so", "libc10_cuda.so", "libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so"];

    // What TorchSharp asks for when it is first touched, whatever is loaded: by these names before it looks beside the program, where a second libtorch may be.
    private static readonly string[] s_asked = ["torch_cpu.so", "torch_cuda.so"];

    /// <summary>Loads it. Nothing of TorchSharp may have been used before.</summary>
    /// <param name="folder">What <see cref="Variable"/> says; null or empty: nothing.</param>
    /// <exception cref="KdException"><c>KD1210</c>: it cannot be loaded; <c>KD1211</c>: it is of another version line than TorchSharp was built for.</exception>
    public static void Load(string? folder)
    {
        if (string.IsNullOrEmpty(folder))
            LoadOwn();
        else
            LoadOther(Path.GetFullPath(folder));
    }

    // In TorchSharp's order, which would copy one out of NuGet's packages where there is none, or write its search to the console.
    private static void LoadOwn()
    {
        Assembly torchSharp = typeof(torch).Assembly;
        NativeLibrary.TryLoad("torch_cuda", torchSharp, null, out _);
        if (!NativeLibrary.TryLoad("torch_cpu", torchSharp, null, out _))
            throw new KdException("KD1210", "there is no libtorch beside the program, which was built without one.", AppContext.BaseDirectory, $"{Remedy} Or build without -p:KdTorchNative=none.");
        // A program that was built without one gets that of the system, where the system has one.
        CheckVersion(LibtorchBuild.Read()?.Version, BuiltFor(), LibtorchBuild.Files is [var file, ..] ? file : "torch_cpu");
        LoadTorchSharp();
    }

    private static void LoadOther(string folder)
    {
        string[] missing = [.. s_files.Where(f => !f.Contains("cuda", StringComparison.Ordinal) && !File.Exists(Path.Combine(folder, f)))];
        if (missing.Length > 0)
            throw new KdException("KD1210", $"the folder has no {string.Join(" and no ", missing)}.", $"{Variable}={folder}", Remedy);
        foreach (string file in s_files.Select(f => Path.Combine(folder, f)).Where(File.Exists))
            LoadFile(file);
        CheckVersion(LibtorchBuild.Read()?.Version, BuiltFor(), $"{Variable}={folder}");
        EmptyLibrary.Load(s_asked);
        LoadTorchSharp();
    }

    /// <summary>Compares the first two numbers: within such a line libtorch's functions stay what they are.</summary>
    /// <param name="found">The version that is loaded; null where it does not tell.</param>
    /// <param name="built">The version that TorchSharp was built for.</param>
    /// <param name="where">Where it was found.</param>
    /// <exception cref="KdException"><c>KD1211</c>: they differ.</exception>
    internal static void CheckVersion(string? found, string built, string where)
    {
        if (found is null || Line(found) != Line(built))
            throw new KdException(
                "KD1211", $"the libtorch is {found ?? "of unknown version"}, but TorchSharp was built for {Line(built)}.", where, $"Name the folder of a libtorch {Line(built)} in {Variable}.");
    }

    private static void LoadFile(string file)
    {
        try
        {
            NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new KdException("KD1210", $"a library cannot be loaded: {Reason(e)}", file, "Install what its loader does not find: `ldd` shows it.", e);
        }
    }

    private static void LoadTorchSharp()
    {
        try
        {
            NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new KdException("KD1210", $"TorchSharp's native library cannot be loaded: {Reason(e)}", AppContext.BaseDirectory, "See docs/operate.md for the machines that it runs on, and `kd doctor`.", e);
        }
    }

    // Of the many lines, one for each place that was looked at, those that tell more than that nothing was there.
    private static string Reason(Exception e) => string.Join(' ', e.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Where(l => !l.Contains("No such file", StringComparison.Ordinal)).Distinct().Take(3));

    // Its property of the same value would run TorchSharp's static constructor, and with it libtorch's functions.
    private static string BuiltFor() => typeof(torch).GetField("libtorchPackageVersion", BindingFlags.Static | BindingFlags.NonPublic)?.GetRawConstantValue() as string
        ?? throw new KdException("KD1210", $"this TorchSharp ({typeof(torch).Assembly.GetName().Version}) does not say for which libtorch it was built.", Variable, "Remove the variable.");

    private static string Line(string version) => string.Join('.', version.Split('.').Take(2));
}
