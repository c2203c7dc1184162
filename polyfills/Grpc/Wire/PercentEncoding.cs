using System.Buffers;
using System.Globalization;
using System.Text;

namespace Grpc.Wire;

/// <summary>How a status text travels in <c>grpc-message</c>: UTF-8, with everything but printable ASCII, and the percent sign, as %XX.</summary>
internal static class PercentEncoding
{
    private static readonly SearchValues<char> _plain = SearchValues.Create(Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(c => c != '%').ToArray());

    public static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(_plain))
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length * 2);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (value is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                encoded.Append((char)value);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return encoded.ToString();
    }

    /// <summary>Never fails: what is not a valid escape stays as it is.</summary>
    public static string Decode(string text) => text.Contains('%') ? Uri.UnescapeDataString(text) : text;
}
