using System.Buffers;

namespace KdCluster.SoftTargets.Redis;

/// <summary>Requests for the rows of one round, as they go over the wire.</summary>
/// <param name="texts">How they look.</param>
/// <param name="most">How many there will be at most.</param>
internal sealed class RangeRequests(RangeTexts texts, int most) : IDisposable
{
    private readonly byte[] _bytes = ArrayPool<byte>.Shared.Rent(most * texts.Longest);
    private int _length;

    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>What is answered.</summary>
    public ReplyShape Reply => texts.Reply;

    /// <summary>Asks for a row.</summary>
    public void Add(int number)
    {
        _length += texts.Write(number, _bytes.AsSpan(_length));
        Count++;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);
}
