using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace KdCluster.Learning.Checkpoints;

/// <summary>Reads safetensors files, strictly: nothing in them is believed before it is checked.</summary>
/// <remarks>Format: github.com/huggingface/safetensors. Little-endian hosts only, as all of .NET's 64-bit ones are.</remarks>
public sealed class SafeTensorsReader : IDisposable
{
    private const int PrefixLength = 8;

    private readonly Stream _stream;
    private readonly string _where;
    private readonly long _data;
    private readonly Dictionary<string, SafeTensorInfo> _byName;

    /// <summary>Reads the header.</summary>
    /// <param name="stream">The file's bytes, seekable; disposed with the reader.</param>
    /// <param name="where">How messages name the file.</param>
    /// <exception cref="KdException"><c>KD1203</c>: the file is damaged.</exception>
    public SafeTensorsReader(Stream stream, string where)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _where = where;
        Span<byte> prefix = stackalloc byte[PrefixLength];
        if (stream.Length < PrefixLength)
            throw SafeTensorsHeader.Refuse("it is shorter than 8 bytes", where);
        stream.Position = 0;
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > SafeTensorsHeader.Longest || (long)length > stream.Length - PrefixLength)
            throw SafeTensorsHeader.Refuse($"it claims a header of {length} bytes", where);
        var header = new byte[length];
        stream.ReadExactly(header);
        _data = PrefixLength + (long)length;
        (Tensors, Metadata) = ((IReadOnlyList<SafeTensorInfo>, IReadOnlyDictionary<string, string>))SafeTensorsHeader.Parse(header, stream.Length - _data, where);
        _byName = Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    /// <summary>The tensors, in the order of their bytes.</summary>
    public IReadOnlyList<SafeTensorInfo> Tensors { get; }

    /// <summary>The file's own notes.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="KdException"><c>KD1202</c>: it is missing; <c>KD1203</c>: it is damaged.</exception>
    public static SafeTensorsReader Open(string path)
    {
        if (!File.Exists(path))
            throw new KdException("KD1202", "the file is missing.", path);
        FileStream stream = File.OpenRead(path);
        try
        {
            return new SafeTensorsReader(stream, path);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool TryFind(string name, out SafeTensorInfo? tensor) => _byName.TryGetValue(name, out tensor);

    /// <summary>A tensor's bytes as they stand, little-endian and row-major.</summary>
    /// <exception cref="KdException"><c>KD1203</c>: the file has been cut since it was opened, or the tensor is too large for an array.</exception>
    public byte[] ReadBytes(SafeTensorInfo tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Length > Array.MaxLength)
            throw SafeTensorsHeader.Refuse($"{tensor.Length} bytes are too many for one tensor", $"{_where}, tensor {tensor.Name}");
        var bytes = new byte[tensor.Length];
        _stream.Position = _data + tensor.Begin;
        return _stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length
            ? bytes
            : throw SafeTensorsHeader.Refuse("it ends early", $"{_where}, tensor {tensor.Name}");
    }

    /// <summary>A tensor's values, row-major; F32 as they are, F16 and BF16 widened.</summary>
    /// <exception cref="KdException"><c>KD1204</c>: it holds something else.</exception>
    public float[] ReadFloats(SafeTensorInfo tensor)
    {
        byte[] bytes = ReadBytes(tensor);
        return tensor.Type switch
        {
            SafeTensorType.F32 => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            SafeTensorType.F16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), h => (float)h),
            SafeTensorType.BF16 => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), b => BitConverter.UInt32BitsToSingle((uint)b << 16)),
            _ => throw new KdException("KD1204", $"the tensor holds {tensor.Type}, not floats.", $"{_where}, tensor {tensor.Name}"),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
