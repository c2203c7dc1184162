using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>A number for an operator. An integer stays an integer: that decides the result's element type.</summary>
public sealed class Scalar : IDisposable
{
    internal readonly Tag Tag;
    internal readonly long Bits;

    private Scalar(Tag tag, long bits, torch.ScalarType type)
    {
        Tag = tag;
        Bits = bits;
        Type = type;
    }

    public torch.ScalarType Type { get; }

    internal double AsDouble => Tag == Tag.Double ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    internal long AsLong => Tag == Tag.Double ? (long)BitConverter.Int64BitsToDouble(Bits) : Bits;

    public static implicit operator Scalar(byte value) => Whole(value);

    public static implicit operator Scalar(sbyte value) => Whole(value);

    public static implicit operator Scalar(short value) => Whole(value);

    public static implicit operator Scalar(int value) => Whole(value);

    public static implicit operator Scalar(long value) => Whole(value);

    public static implicit operator Scalar(Half value) => Real((double)value);

    public static implicit operator Scalar(float value) => Real(value);

    public static implicit operator Scalar(double value) => Real(value);

    public static implicit operator Scalar(bool value) => new(Tag.Bool, value ? 1 : 0, torch.ScalarType.Bool);

    public void Dispose()
    {
    }

    private static Scalar Whole(long value) => new(Tag.Int, value, torch.ScalarType.Int64);

    private static Scalar Real(double value) => new(Tag.Double, BitConverter.DoubleToInt64Bits(value), torch.ScalarType.Float64);
}
