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

    /// <summary>What was added.</summary>
    public (string Text, string? Pair) Read(long at)
    {
        Span<int> lengths = stackalloc int[2];
        bytes.Read(at, MemoryMarshal.AsBytes(lengths));
        string text = Text(at + Head, lengths[0]);
        return (text, lengths[1] == None ? null : Text(at + Head + lengths[0], lengths[1]));
    }

    private string Text(long at, int length)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        bytes.Read(at, rented.AsSpan(0, length));
        string text = Encoding.UTF8.GetString(rented, 0, length);
        ArrayPool<byte>.Shared.Return(rented);
        return text;
    }
}
