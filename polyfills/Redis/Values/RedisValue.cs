using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace StackExchange.Redis;

/// <summary>
/// A value in Redis: bytes, text, an integer or a number, or nothing. Two values are equal when Redis would hold the same bytes for them.
/// Sixteen bytes wide: an object that is the data or says what the bits are, and 64 bits that are a number or a range of the bytes.
/// </summary>
public readonly struct RedisValue : IEquatable<RedisValue>
{
    private static readonly object _integer = new();
    private static readonly object _double = new();

    private readonly object? _object;
    private readonly long _bits;

    private RedisValue(object? value, long bits = 0)
    {
        _object = value;
        _bits = bits;
    }

    public RedisValue(string value)
        : this((object?)value)
    {
    }

    public static RedisValue EmptyString { get; } = "";

    public static RedisValue Null => default;

    public bool IsNull => _object is null;

    public bool HasValue => !IsNullOrEmpty;

    public bool IsNullOrEmpty => IsNull || (_object is byte[] or string && Length() == 0);

    public bool IsInteger => _object == _integer;

    private ReadOnlyMemory<byte> Bytes => ((byte[])_object!).AsMemory((int)(_bits >> 32), (int)_bits);

    private double Number => BitConverter.Int64BitsToDouble(_bits);

    public static implicit operator RedisValue(int value) => new(_integer, value);

    public static implicit operator RedisValue(long value) => new(_integer, value);

    public static implicit operator RedisValue(uint value) => new(_integer, value);

    public static implicit operator RedisValue(ulong value) => value <= long.MaxValue ? (long)value : value.ToString(CultureInfo.InvariantCulture);

    public static implicit operator RedisValue(bool value) => value ? 1 : 0;

    public static implicit operator RedisValue(double value)
        => value == Math.Floor(value) && Math.Abs(value) < 1L << 53 ? (long)value : new RedisValue(_double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator RedisValue(string? value) => new((object?)value);

    public static implicit operator RedisValue(byte[]? value) => new(value, value?.Length ?? 0);

    public static implicit operator RedisValue(Memory<byte> value) => (ReadOnlyMemory<byte>)value;

    /// <summary>Keeps the memory, without a copy where an array is behind it: do not change it while a command is on its way.</summary>
    public static implicit operator RedisValue(ReadOnlyMemory<byte> value)
        => MemoryMarshal.TryGetArray(value, out var segment) ? new RedisValue(segment.Array ?? [], ((long)segment.Offset << 32) | (uint)segment.Count) : value.ToArray();

    public static implicit operator string?(RedisValue value) => value._object switch
    {
        null => null,
        string text => text,
        byte[] => Encoding.UTF8.GetString(value.Bytes.Span),
        _ => value.IsInteger ? value._bits.ToString(CultureInfo.InvariantCulture) : FormatNumber(value.Number),
    };

    public static implicit operator byte[]?(RedisValue value) => value._object switch
    {
        null => null,
        byte[] array when value.Bytes.Length == array.Length => array,
        byte[] => value.Bytes.ToArray(),
        _ => Encoding.UTF8.GetBytes((string)value!),
    };

    public static implicit operator ReadOnlyMemory<byte>(RedisValue value) => value._object is byte[]? value.Bytes : (byte[]?)value;

    public static explicit operator bool(RedisValue value) => value.IsNull ? false : (string?)value switch
    {
        "1" or "true" or "yes" or "on" => true,
        "0" or "false" or "no" or "off" or "" => false,
        _ => throw Uncastable(value, "boolean"),
    };

    public static explicit operator int(RedisValue value) => checked((int)(long)value);

    public static explicit operator long(RedisValue value) => value.IsNull ? 0 : value.TryParse(out long integer) ? integer : throw Uncastable(value, "long");

    public static explicit operator double(RedisValue value) => value.IsNull ? 0 : value.TryParse(out double number) ? number : throw Uncastable(value, "double");

    public static explicit operator int?(RedisValue value) => value.IsNull ? null : (int)value;

    public static explicit operator long?(RedisValue value) => value.IsNull ? null : (long)value;

    public static explicit operator double?(RedisValue value) => value.IsNull ? null : (double)value;

    public static bool operator ==(RedisValue x, RedisValue y) => x.Equals(y);

    public static bool operator !=(RedisValue x, RedisValue y) => !x.Equals(y);

    /// <summary>Bytes, or characters of text.</summary>
    public long Length() => _object switch
    {
        null => 0,
        string text => text.Length,
        byte[] => Bytes.Length,
        _ => ((string)this!).Length,
    };

    public int GetByteCount() => _object switch
    {
        null => 0,
        byte[] => Bytes.Length,
        string text => Encoding.UTF8.GetByteCount(text),
        _ => ((string)this!).Length,
    };

    public int CopyTo(Span<byte> destination)
    {
        switch (_object)
        {
            case null:
                return 0;
            case byte[]:
                Bytes.Span.CopyTo(destination);
                return Bytes.Length;
            case var tag when tag == _integer:
                Utf8Formatter.TryFormat(_bits, destination, out var written);
                return written;
            default:
                return Encoding.UTF8.GetBytes((string)this!, destination);
        }
    }

    public bool TryParse(out long val)
    {
        val = _bits;
        return IsInteger || (_object is not null && long.TryParse((string)this!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out val)) || WholeNumber(out val);
    }

    public bool TryParse(out int val)
    {
        var parsed = TryParse(out long wide) && wide is >= int.MinValue and <= int.MaxValue;
        val = parsed ? (int)wide : 0;
        return parsed;
    }

    public bool TryParse(out double val)
    {
        if (_object == _integer || _object == _double)
        {
            val = IsInteger ? _bits : Number;
            return true;
        }

        switch ((string?)this)
        {
            case "inf" or "+inf":
                val = double.PositiveInfinity;
                return true;
            case "-inf":
                val = double.NegativeInfinity;
                return true;
            case var text:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out val);
        }
    }

    public bool Equals(RedisValue other)
    {
        if (IsNull || other.IsNull)
        {
            return IsNull && other.IsNull;
        }

        return _object is string text && other._object is string otherText
            ? text == otherText
            : IsInteger && other.IsInteger ? _bits == other._bits : ((ReadOnlyMemory<byte>)this).Span.SequenceEqual(((ReadOnlyMemory<byte>)other).Span);
    }

    public override bool Equals(object? obj) => obj is RedisValue other && Equals(other);

    public override int GetHashCode()
    {
        if (IsNull)
        {
            return 0;
        }

        var hash = new HashCode();
        hash.AddBytes(((ReadOnlyMemory<byte>)this).Span);
        return hash.ToHashCode();
    }

    public override string ToString() => (string?)this ?? "";

    private static string FormatNumber(double number) => double.IsPositiveInfinity(number)
        ? "+inf"
        : double.IsNegativeInfinity(number) ? "-inf" : number.ToString("G17", CultureInfo.InvariantCulture);

    private static InvalidCastException Uncastable(RedisValue value, string type) => new($"Unable to cast '{value}' to {type}.");

    private bool WholeNumber(out long val)
    {
        var whole = TryParse(out double number) && number == Math.Floor(number) && Math.Abs(number) < 1L << 53;
        val = whole ? (long)number : 0;
        return whole;
    }
}
