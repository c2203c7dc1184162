using System.Text;

namespace TorchSharp.Interop;

/// <summary>One argument of an operator call. It holds the managed object, so that the tensor behind it outlives the call.</summary>
internal readonly struct Arg
{
    internal readonly object? Held;
    internal readonly long Bits;
    internal readonly Tag Tag;

    private Arg(Tag tag, object? held, long bits = 0)
    {
        Tag = tag;
        Held = held;
        Bits = bits;
    }

    /// <summary>Takes the schema's default.</summary>
    public static Arg Default => new(Tag.Default, null);

    public static Arg None => default;

    public static Arg Optional(torch.Tensor?[] tensors) => new(Tag.OptionalTensors, tensors);

    public static implicit operator Arg(torch.Tensor? t) => t is null ? default : new(Tag.Tensor, t);

    public static implicit operator Arg(long v) => new(Tag.Int, null, v);

    public static implicit operator Arg(int v) => new(Tag.Int, null, v);

    public static implicit operator Arg(long? v) => v is { } x ? new(Tag.Int, null, x) : default;

    public static implicit operator Arg(double v) => new(Tag.Double, null, BitConverter.DoubleToInt64Bits(v));

    public static implicit operator Arg(double? v) => v is { } x ? x : default(Arg);

    public static implicit operator Arg(bool v) => new(Tag.Bool, null, v ? 1 : 0);

    public static implicit operator Arg(long[]? v) => v is null ? default : new(Tag.Ints, v);

    public static implicit operator Arg(torch.Tensor[] v) => new(Tag.Tensors, v);

    public static implicit operator Arg(string? v) => v is null ? default : new(Tag.String, Encoding.UTF8.GetBytes(v));

    public static implicit operator Arg(torch.ScalarType v) => new(Tag.Int, null, (long)v);

    public static implicit operator Arg(torch.ScalarType? v) => v is { } x ? new(Tag.Int, null, (long)x) : default;

    public static implicit operator Arg(torch.Device? v) => v is null ? default : new(Tag.Device, null, v.Code);

    public static implicit operator Arg(torch.Generator? v) => v is null ? default : new(Tag.Generator, v);

    public static implicit operator Arg(Scalar? v) => v is null ? default : new(v.Tag, null, v.Bits);
}
