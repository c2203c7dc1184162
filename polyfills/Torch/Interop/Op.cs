using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TorchSharp.Interop;

/// <summary>One <c>aten::</c> operator, looked up at its first call. Arguments left out at the end take the schema's defaults.</summary>
internal sealed unsafe class Op(string name, string overload = "")
{
    private const int OnStack = 64;
    private nint _handle;

    /// <summary>Whether this libtorch has the operator.</summary>
    public bool Exists => Find() != 0;

    public torch.Tensor Call(params ReadOnlySpan<Arg> arguments)
    {
        Value result;
        Invoke(arguments, &result, 1);
        return torch.Tensor.Own((nint)result.Pointer);
    }

    /// <summary>Runs an operator that changes its first argument, and gives that argument back.</summary>
    public torch.Tensor InPlace(params ReadOnlySpan<Arg> arguments)
    {
        Value result;
        Invoke(arguments, &result, 1);
        Kd.kd_free((nint)result.Pointer);
        return Unsafe.As<torch.Tensor>(arguments[0].Held!);
    }

    public (torch.Tensor First, torch.Tensor Second) CallTwo(params ReadOnlySpan<Arg> arguments)
    {
        var r = stackalloc Value[2];
        Invoke(arguments, r, 2);
        return (torch.Tensor.Own((nint)r[0].Pointer), torch.Tensor.Own((nint)r[1].Pointer));
    }

    public (torch.Tensor First, torch.Tensor Second, torch.Tensor Third) CallThree(params ReadOnlySpan<Arg> arguments)
    {
        var r = stackalloc Value[3];
        Invoke(arguments, r, 3);
        return (torch.Tensor.Own((nint)r[0].Pointer), torch.Tensor.Own((nint)r[1].Pointer), torch.Tensor.Own((nint)r[2].Pointer));
    }

    /// <summary>For operators whose one result is a list of tensors.</summary>
    public torch.Tensor[] CallList(params ReadOnlySpan<Arg> arguments)
    {
        Value result;
        Invoke(arguments, &result, 1);
        return TakeList(result);
    }

    /// <summary>The first of several results; the others are freed unseen.</summary>
    public torch.Tensor CallFirst(params ReadOnlySpan<Arg> arguments)
    {
        const int most = 8;
        var r = stackalloc Value[most];
        int n = Invoke(arguments, r, most);
        for (int i = 1; i < n; i++)
        {
            if (r[i].Tag == Tag.Tensor)
                Kd.kd_free((nint)r[i].Pointer);
        }

        return torch.Tensor.Own((nint)r[0].Pointer);
    }

    public bool CallBool(params ReadOnlySpan<Arg> arguments)
    {
        Value result;
        Invoke(arguments, &result, 1);
        return result.Int != 0;
    }

    public Scalar CallScalar(params ReadOnlySpan<Arg> arguments)
    {
        Value result;
        Invoke(arguments, &result, 1);
        return result.Tag switch
        {
            Tag.Double => result.Double,
            Tag.Bool => result.Int != 0,
            _ => result.Int,
        };
    }

    internal static torch.Tensor[] TakeList(in Value value)
    {
        var handles = (nint*)value.Pointer;
        var tensors = new torch.Tensor[value.Count];
        for (int i = 0; i < tensors.Length; i++)
            tensors[i] = torch.Tensor.Own(handles[i]);
        Kd.kd_free_list(handles);
        return tensors;
    }

    private nint Handle => Find() is var handle && handle != 0 ? handle : throw Kd.LastError();

    private nint Find()
    {
        if (_handle != 0)
            return _handle;
        fixed (byte* n = Encoding.UTF8.GetBytes($"aten::{name}\0"), o = Encoding.UTF8.GetBytes(overload + "\0"))
            return _handle = (nint)Kd.kd_find(n, o);
    }

    [SkipLocalsInit]
    private int Invoke(ReadOnlySpan<Arg> arguments, Value* results, int count)
    {
        nint op = Handle;
        int words = 0;
        foreach (ref readonly var a in arguments)
            words += Words(a);
        long* near = stackalloc long[OnStack];
        long* scratch = words <= OnStack ? near : (long*)NativeMemory.Alloc((nuint)words, sizeof(long));
        try
        {
            var values = stackalloc Value[arguments.Length];
            long* next = scratch;
            for (int i = 0; i < arguments.Length; i++)
                next = Lower(arguments[i], ref values[i], next);
            int status = Kd.kd_call((void*)op, values, arguments.Length, results, &count);
            foreach (ref readonly var a in arguments)
                GC.KeepAlive(a.Held);
            Kd.Check(status);
            return count;
        }
        finally
        {
            if (scratch != near)
                NativeMemory.Free(scratch);
        }
    }

    private static int Words(in Arg a) => a.Tag switch
    {
        Tag.String => (Unsafe.As<byte[]>(a.Held!).Length + sizeof(long) - 1) / sizeof(long),
        Tag.Ints => Unsafe.As<long[]>(a.Held!).Length,
        Tag.Tensors or Tag.OptionalTensors => Unsafe.As<torch.Tensor?[]>(a.Held!).Length,
        _ => 0,
    };

    private static long* Lower(in Arg a, ref Value v, long* next)
    {
        v.Tag = a.Tag;
        v.Count = 0;
        switch (a.Tag)
        {
            case Tag.Tensor:
                v.Int = Unsafe.As<torch.Tensor>(a.Held!).Handle;
                return next;
            case Tag.Generator:
                v.Int = Unsafe.As<torch.Generator>(a.Held!).Handle;
                return next;
            case Tag.Ints:
                var ints = Unsafe.As<long[]>(a.Held!);
                v.Pointer = next;
                v.Count = ints.Length;
                ints.CopyTo(new Span<long>(next, ints.Length));
                return next + ints.Length;
            case Tag.String:
                var bytes = Unsafe.As<byte[]>(a.Held!);
                v.Pointer = next;
                v.Count = bytes.Length;
                bytes.CopyTo(new Span<byte>(next, bytes.Length));
                return next + Words(a);
            case Tag.Tensors or Tag.OptionalTensors:
                var tensors = Unsafe.As<torch.Tensor?[]>(a.Held!);
                v.Pointer = next;
                v.Count = tensors.Length;
                for (int i = 0; i < tensors.Length; i++)
                    next[i] = tensors[i] is { } t ? t.Handle : 0;
                return next + tensors.Length;
            default:
                v.Int = a.Bits;
                return next;
        }
    }
}
