using System.Buffers;

namespace Grpc.Net.Client;

/// <summary>Rented arrays in a row; a length that a peer only claims costs nothing until its bytes are there.</summary>
internal sealed class ChunkedPayload : IDisposable
{
    private readonly List<byte[]> _arrays = [];
    private Segment? _first;
    private Segment? _last;

    public ReadOnlySequence<byte> Sequence => new(_first!, 0, _last!, _last!.Memory.Length);

    public Memory<byte> Add(int length)
    {
        var array = ArrayPool<byte>.Shared.Rent(length);
        _arrays.Add(array);
        _last = new Segment(array.AsMemory(0, length), _last);
        _first ??= _last;
        return array.AsMemory(0, length);
    }

    public void Dispose()
    {
        foreach (var array in _arrays)
        {
            ArrayPool<byte>.Shared.Return(array);
        }

        _arrays.Clear();
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
