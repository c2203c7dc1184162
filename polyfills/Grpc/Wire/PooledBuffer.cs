using System.Buffers;

namespace Grpc.Wire;

/// <summary>A growing buffer on a rented array; give it back by <see cref="Dispose"/>.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _array = [];
    private int _length;

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, _length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - _length);
        _length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Makes room for that many more bytes.</summary>
    public void Reserve(int count)
    {
        if (count <= _array.Length - _length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + count), Math.Max(256, (int)Math.Min(_length * 2L, Array.MaxLength))));
        _array.AsSpan(0, _length).CopyTo(larger);
        Release();
        _array = larger;
    }

    public void Dispose()
    {
        Release();
        _array = [];
        _length = 0;
    }

    private void Release()
    {
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }
    }
}
