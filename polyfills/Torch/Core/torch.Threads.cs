using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static unsafe partial class torch
{
    /// <summary>The version of the libtorch underneath.</summary>
    public static string __version__ { get; } = Marshal.PtrToStringUTF8((nint)Kd.kd_version())!;

    public static void set_num_threads(int num) => Kd.Check(Kd.kd_set_num_threads(num));

    public static int get_num_threads() => Kd.kd_get_num_threads();

    public static void set_num_interop_threads(int num) => Kd.Check(Kd.kd_set_num_interop_threads(num));

    public static int get_num_interop_threads() => Kd.kd_get_num_interop_threads();
}
