using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>What an index is; native/kdtorch.cpp has the same list.</summary>
internal enum IndexKind
{
    None, Single, Ellipsis, Bool, Tensor, Slice,
}

/// <summary>One index on its way through the C interface. Given has a bit for each of start, stop and step.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Index
{
    public IndexKind Kind;
    public int Given;
    public long Start;
    public long Stop;
    public long Step;
    public nint Tensor;
}
