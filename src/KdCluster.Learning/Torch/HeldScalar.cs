using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Learning.Torch;

/// <summary>
/// Operators with a number that hold the number until libtorch is done. TorchSharp 0.107 hands over a <see cref="Scalar"/>'s address and keeps nothing alive: when a collection
/// falls into the call, libtorch reads memory that is freed, and computes with another number or throws "Unknown scalar type".
/// </summary>
internal static class HeldScalar
{
    public static Tensor Times(this Tensor tensor, double number)
    {
        using Scalar held = number;
        return tensor.mul(held);
    }

    public static Tensor TimesInPlace(this Tensor tensor, double number)
    {
        using Scalar held = number;
        return tensor.mul_(held);
    }

    public static Tensor Over(this Tensor tensor, double number)
    {
        using Scalar held = number;
        return tensor.div(held);
    }

    public static Tensor OverInPlace(this Tensor tensor, double number)
    {
        using Scalar held = number;
        return tensor.div_(held);
    }

    public static Tensor Minus(this Tensor tensor, long number)
    {
        using Scalar held = number;
        return tensor.sub(held);
    }

    /// <summary>The operator + makes a number of its own, the other tensor's factor.</summary>
    public static Tensor Plus(this Tensor tensor, Tensor other)
    {
        using Scalar one = 1;
        return tensor.add(other, one);
    }

    public static Tensor Plus(this Tensor tensor, double number)
    {
        using Scalar held = number, one = 1;
        return tensor.add(held, one);
    }

    public static Tensor PlusInPlace(this Tensor tensor, double number)
    {
        using Scalar held = number, one = 1;
        return tensor.add_(held, one);
    }

    /// <summary>tensor += number · other.</summary>
    public static Tensor PlusInPlace(this Tensor tensor, Tensor other, double number)
    {
        using Scalar held = number;
        return tensor.add_(other, held);
    }

    /// <summary>tensor += number · first · second.</summary>
    public static Tensor PlusProductInPlace(this Tensor tensor, Tensor first, Tensor second, double number)
    {
        using Scalar held = number;
        return tensor.addcmul_(first, second, held);
    }

    /// <summary>tensor += number · first / second.</summary>
    public static Tensor PlusQuotientInPlace(this Tensor tensor, Tensor first, Tensor second, double number)
    {
        using Scalar held = number;
        return tensor.addcdiv_(first, second, held);
    }

    public static Tensor ToThe(this Tensor tensor, double power)
    {
        using Scalar held = power;
        return tensor.pow(held);
    }

    /// <summary>The operator square is a power with a number of its own.</summary>
    public static Tensor Squared(this Tensor tensor)
    {
        using Scalar two = 2;
        return tensor.pow(two);
    }

    public static Tensor AtLeast(this Tensor tensor, double number)
    {
        using Scalar held = number;
        return tensor.clamp(min: held);
    }

    public static Tensor Between(this Tensor tensor, double least, double most)
    {
        using Scalar low = least, high = most;
        return tensor.clamp(low, high);
    }

    /// <summary>Sets the entries of a vector at some places.</summary>
    public static Tensor FillInPlace(this Tensor vector, Tensor places, double number)
    {
        using Scalar held = number;
        return vector.index_fill_(0, places, held);
    }

    public static Tensor IsBelow(this Tensor tensor, double number)
    {
        using Scalar held = number;
        return tensor.lt(held);
    }

    public static Tensor IsNot(this Tensor tensor, long number)
    {
        using Scalar held = number;
        return tensor.ne(held);
    }
}
