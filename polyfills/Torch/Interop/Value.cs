using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>What an argument or a result is; native/kdtorch.cpp has the same list.</summary>
internal enum Tag
{
    None, Tensor, Int, Double, Bool, Ints, Doubles, Tensors, OptionalTensors, String, Device, Generator, Default,
}

/// <summary>One argument or result on its way through the C interface.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct Value
{
    [FieldOffset(0)] public Tag Tag;
    [FieldOffset(4)] public int Count;
    [FieldOffset(8)] public long Int;
    [FieldOffset(8)] public double Double;
    [FieldOffset(8)] public void* Pointer;
}
