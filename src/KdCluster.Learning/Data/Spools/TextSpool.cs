using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace KdCluster.Learning.Data.Spools;

/// <summary>Texts and pairs of texts, packed.</summary>
/// <remarks>Written by one thread; once all is written, any number of threads may read.</remarks>
internal sealed class TextSpool(ByteSpool bytes)
{
    private const int None = -1;
    private const int Head = 2 * sizeof(int);
    private const int Guess = 256;

    /// <summary>Appends a text, or a pair of them.</summary>
    /// <returns>What <see cref="Read"/> finds it by.</returns>
    public long Add(string text, string? pair)
    {
        byte[] first = Encoding.UTF8.GetBytes(text), second = pair is null ? [] : Encoding.UTF8.GetBytes(pair);
        ReadOnlySpan<int> lengths = [first.Length, pair is null ? None : second.Length];
        long at = bytes.Add(MemoryMarshal.AsBytes(lengths));
        bytes.Add(first);
        bytes.Add(second);
        return at;
    }

    /// <summary>What was added. Most texts are short: they are read with their lengths, at once.</summary>
    public (string Text, string? Pair) Read(long at)
    {
        Span<byte> some = stackalloc byte[(int)Math.Min(Guess, bytes.Length - at)];
        bytes.Read(at, some);
        (int first, int second) = (BitConverter.ToInt32(some), BitConverter.ToInt32(some[sizeof(int)..]));
        int all = Head + first + Math.Max(second, 0);
        if (all <= some.Length)
            return Texts(some, first, second);
        byte[] rented = ArrayPool<byte>.Shared.Rent(all);
        bytes.Read(at, rented.AsSpan(0, all));
        var texts = Texts(rented, first, second);
        ArrayPool<byte>.Shared.Return(rented);
        return texts;
    }

    private static (string Text, string? Pair) Texts(ReadOnlySpan<byte> row, int first, int second) =>
        (Encoding.UTF8.GetString(row.Slice(Head, first)), second == None ? null : Encoding.UTF8.GetString(row.Slice(Head + first, second)));
}
