using System.Globalization;
using TorchSharp;

namespace KdCluster.Learning.Torch;

/// <summary>The one door to libtorch's process-wide state: threads, devices, and the global random generator.</summary>
public static class TorchRuntime
{
    private static readonly Lock Gate = new();
    private static readonly Lock GlobalGenerator = new();
    private static readonly Lazy<LibtorchBuild> LoadedBuild = new(() => LibtorchBuild.Read() ?? new(null, null, null, null));
    private static bool _initialized;

    /// <summary>Version of the libtorch that is loaded, for example <c>2.10.0</c>; where it does not tell, the one that TorchSharp was built for.</summary>
    public static string Version => Build.Version ?? torch.__version__;

    /// <summary>What the loaded libtorch says of itself.</summary>
    public static LibtorchBuild Build
    {
        get
        {
            EnsureInitialized();
            return LoadedBuild.Value;
        }
    }

    /// <summary>Prepares the native libraries, then sets the number of threads of one operator. Idempotent; may be called again with another number.</summary>
    /// <param name="threads">Threads inside one operator, at least 1. One gives results that do not depend on the machine's cores.</param>
    /// <remarks>
    /// Sets <c>OMP_WAIT_POLICY=passive</c> and the thread counts of OpenMP, MKL and OpenBLAS in the process environment unless they are set
    /// already, and raises glibc's malloc thresholds; these act only before libtorch has loaded, so a host calls this first. Then loads libtorch: that of the folder
    /// <c>KD_LIBTORCH</c>, else the one beside the program.
    /// </remarks>
    /// <exception cref="KdException"><c>KD1210</c>: no libtorch can be loaded; <c>KD1211</c>: it is of another version line than TorchSharp was built for.</exception>
    public static void Initialize(int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        lock (Gate)
        {
            if (!_initialized)
            {
                NativeEnvironment.SetThreads(threads);
                NativeEnvironment.KeepFreedMemory();
                LibtorchLoader.Load(Environment.GetEnvironmentVariable(LibtorchLoader.Variable));
                // Convolutions and LSTMs on a GPU keep all digits: with 10 bits of each factor nearly every soft target differs from the processor's when both are rounded to float16.
                torch.backends.cudnn.allow_tf32 = false;
                _initialized = true;
            }
            if (torch.get_num_threads() != threads)
                torch.set_num_threads(threads);
        }
    }

    /// <summary>One line for people: package, libtorch, threads, devices.</summary>
    public static string Describe()
    {
        EnsureInitialized();
        var package = typeof(torch).Assembly.GetName();
        string cuda = torch.cuda.is_available() ? string.Create(CultureInfo.InvariantCulture, $"{torch.cuda.device_count()} CUDA device(s)") : "no CUDA device";
        return string.Create(CultureInfo.InvariantCulture, $"{package.Name} {package.Version?.ToString(3)}, libtorch {Version}, {torch.get_num_threads()} thread(s), {cuda}");
    }

    /// <summary>Runs code that draws from the global generator, seeded, while nobody else may.</summary>
    /// <param name="seed">The same seed gives the same numbers, independent of what ran before.</param>
    /// <param name="create">Creates and initialises modules; must not start other work that draws.</param>
    /// <remarks>This is the only user of the global generator: two trainers in one process therefore never disturb each other.</remarks>
    public static T WithSeed<T>(long seed, Func<T> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        EnsureInitialized();
        lock (GlobalGenerator)
        {
            torch.random.manual_seed(seed);
            return create();
        }
    }

    /// <summary>Finds a device by its name.</summary>
    /// <param name="name"><c>cpu</c>, <c>cuda</c> (the first one) or <c>cuda:N</c>.</param>
    /// <exception cref="KdException"><c>KD1206</c>: there is no such device here.</exception>
    public static torch.Device ParseDevice(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        EnsureInitialized();
        if (name == "cpu")
            return torch.CPU;
        if (CudaIndex(name) is not { } index)
            throw new KdException("KD1206", $"'{name}' is not a device.", remedy: "Write cpu, cuda or cuda:N.");
        if (index >= CudaDevices)
            throw new KdException("KD1206", $"device {name} is absent: libtorch sees {CudaDevices} CUDA device(s) here.", remedy: "Choose cpu, or run on a machine with that device.");
        return new torch.Device(DeviceType.CUDA, index);
    }

    /// <summary>Whether libtorch sees a device here.</summary>
    /// <param name="name">As of <see cref="ParseDevice"/>.</param>
    public static bool HasDevice(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        EnsureInitialized();
        return name == "cpu" || CudaIndex(name) < CudaDevices;
    }

    private static int CudaDevices => torch.cuda.is_available() ? torch.cuda.device_count() : 0;

    private static int? CudaIndex(string name) =>
        name == "cuda" ? 0
        : name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index
        : null;

    /// <summary>Initialises with one thread unless the host already chose.</summary>
    internal static void EnsureInitialized()
    {
        if (Volatile.Read(ref _initialized))
            return;
        Initialize();
    }
}
