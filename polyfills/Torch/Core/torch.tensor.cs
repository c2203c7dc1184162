using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static unsafe partial class torch
{
    /// <summary>Copies bytes, 8-bit integers, 16-bit ones and halves too, by way of <see cref="Array"/>.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => rawArray switch
    {
        float[] or float[,] or float[,,] or float[,,,] => Copied<float>(rawArray, device),
        double[] or double[,] or double[,,] or double[,,,] => Copied<double>(rawArray, device),
        long[] or long[,] or long[,,] or long[,,,] => Copied<long>(rawArray, device),
        int[] or int[,] or int[,,] or int[,,,] => Copied<int>(rawArray, device),
        bool[] or bool[,] or bool[,,] or bool[,,,] => Copied<bool>(rawArray, device),
        byte[] or byte[,] => Copied<byte>(rawArray, device),
        sbyte[] or sbyte[,] => Copied<sbyte>(rawArray, device),
        short[] or short[,] => Copied<short>(rawArray, device),
        Half[] or Half[,] => Copied<Half>(rawArray, device),
        _ => throw new ArgumentException($"an array of {rawArray.GetType()} does not become a tensor"),
    };

    public static Tensor tensor(byte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Named(FromArray<byte>(rawArray, dimensions, dtype, device, requires_grad), names);

    public static Tensor tensor(byte[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Named(FromArray<byte>(rawArray, [rawArray.Length], dtype, device, requires_grad), names);

    public static Tensor tensor(Half[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Named(FromArray<Half>(rawArray, dimensions, dtype, device, requires_grad), names);

    public static Tensor tensor(Half[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Named(FromArray<Half>(rawArray, [rawArray.Length], dtype, device, requires_grad), names);

    public static Tensor as_tensor(Tensor data, ScalarType? dtype = null, Device? device = null) => data.to(dtype ?? data.dtype, device ?? data.device);

    internal static Tensor FromArray<T>(ReadOnlySpan<T> data, ReadOnlySpan<long> dimensions, ScalarType? dtype, Device? device, bool requires_grad) where T : unmanaged
    {
        long elements = 1;
        foreach (long d in dimensions)
            elements *= d;
        if (elements != data.Length)
            throw new ArgumentException($"mismatched total size creating a tensor from an array: {data.Length} elements for [{string.Join(", ", dimensions.ToArray())}]");
        var type = Tensor.ElementType<T>()!.Value;
        bool convert = dtype is { } wanted && wanted != type;
        nint handle;
        fixed (T* p = data)
        fixed (long* sizes = dimensions)
            Kd.Check(Kd.kd_from_host(p, sizes, dimensions.Length, (int)type, At(convert ? CPU : device).Code, &handle));
        var made = Tensor.Own(handle);
        if (convert)
        {
            using (made)
                return Made(made.to(dtype!.Value, At(device)), requires_grad);
        }

        return Made(made, requires_grad);
    }

    private static Tensor Scalar0D<T>(T value, ScalarType? dtype, Device? device, bool requires_grad) where T : unmanaged =>
        FromArray<T>(new ReadOnlySpan<T>(ref value), [], dtype, device, requires_grad);

    private static Tensor Copied<T>(Array array, Device? device) where T : unmanaged => FromArray<T>(Flat<T>(array), Lengths(array), null, device, false);

    private static T[] Listed<T>(IList<T> list) => list as T[] ?? [.. list];

    private static ReadOnlySpan<T> Flat<T>(Array array) where T : unmanaged =>
        MemoryMarshal.CreateReadOnlySpan(ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);

    private static long[] Lengths(Array array) => [.. Enumerable.Range(0, array.Rank).Select(array.GetLongLength)];
}
