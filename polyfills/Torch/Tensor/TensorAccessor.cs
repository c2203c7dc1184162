using System.Collections;

namespace TorchSharp.Utils;

/// <summary>The elements of a tensor on the CPU, in row-major order whatever its layout.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly torch.Tensor _tensor;
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly bool _contiguous;
    private readonly T* _data;

    internal TensorAccessor(torch.Tensor tensor)
    {
        _tensor = tensor;
        _shape = tensor.shape;
        _strides = tensor.stride();
        _contiguous = tensor.is_contiguous();
        _data = (T*)tensor.HostData();
        Count = tensor.NumberOfElements;
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get => *At(indices);
        set => *At(indices) = value;
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        long n = Math.Min(array.Length - arrayIndex, Count - tensorIndex);
        var target = array[arrayIndex..];
        if (_contiguous)
        {
            new ReadOnlySpan<T>(_data + tensorIndex, checked((int)n)).CopyTo(target);
        }
        else
        {
            for (int k = 0; k < n; k++)
                target[k] = *AtFlat(tensorIndex + k);
        }

        GC.KeepAlive(_tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        long n = Math.Min(array.Length - arrayIndex, Count - tensorIndex);
        for (int k = 0; k < n; k++)
            *AtFlat(tensorIndex + k) = array[arrayIndex + k];
        GC.KeepAlive(_tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long k = 0; k < Count; k++)
            yield return ReadFlat(k);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
    }

    private T ReadFlat(long index)
    {
        var value = *AtFlat(index);
        GC.KeepAlive(_tensor);
        return value;
    }

    private T* At(long[] indices)
    {
        if (indices.Length != _shape.Length && indices.Length != 1)
            throw new ArgumentException($"{indices.Length} indices for a tensor of {_shape.Length} dimensions");
        if (indices.Length == 1 && _shape.Length != 1)
            return AtFlat(indices[0]);
        long offset = 0;
        for (int d = 0; d < indices.Length; d++)
        {
            if (indices[d] < 0 || indices[d] >= _shape[d])
                throw new IndexOutOfRangeException($"index {indices[d]} in dimension {d} of size {_shape[d]}");
            offset += indices[d] * _strides[d];
        }

        return _data + offset;
    }

    private T* AtFlat(long index)
    {
        if (index < 0 || index >= Count)
            throw new IndexOutOfRangeException($"index {index} of {Count} elements");
        if (_contiguous)
            return _data + index;
        long offset = 0;
        for (int d = _shape.Length - 1; d >= 0; d--)
        {
            offset += index % _shape[d] * _strides[d];
            index /= _shape[d];
        }

        return _data + offset;
    }
}
