using Microsoft.Win32.SafeHandles;

namespace KdCluster.Learning.Data.Spools;

/// <summary>Bytes that are written one after another and then read anywhere: the first of them in memory, what is more in a temporary file that nobody else sees and that is gone with the process.</summary>
/// <remarks>Written by one thread; once all is written, any number of threads may read.</remarks>
internal sealed class ByteSpool
{
    /// <summary>Bytes kept in memory by default: 64 MiB.</summary>
    public const long DefaultMemory = 64L << 20;

    private const int Block = 1 << 20;

    private readonly List<byte[]> _blocks = [];
    private readonly long _memory;
    private byte[] _last = [];
    private int _used = Block;
    private SafeFileHandle? _file;
    private long _inFile;

    private readonly string _folder;

    /// <param name="memory">Bytes that are kept in memory at most; rounded up to blocks of a mebibyte.</param>
    /// <param name="folder">For the temporary file; null: the system's.</param>
    public ByteSpool(long memory = DefaultMemory, string? folder = null) => (_memory, _folder) = (memory, folder ?? Path.GetTempPath());

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>Whether a part is in a file.</summary>
    public bool IsSpooled => _file is not null;

    /// <summary>Appends bytes.</summary>
    /// <returns>Where they begin.</returns>
    /// <exception cref="KdException"><c>KD1620</c>: there is no room for temporary files; <c>KD1798</c>: none can be written.</exception>
    public long Add(ReadOnlySpan<byte> bytes)
    {
        long at = Length;
        while (bytes.Length > 0)
        {
            if (_used == Block)
                Turn();
            int part = Math.Min(bytes.Length, Block - _used);
            bytes[..part].CopyTo(_last.AsSpan(_used));
            _used += part;
            Length += part;
            bytes = bytes[part..];
        }

        return at;
    }

    /// <summary>Reads bytes.</summary>
    /// <param name="at">Where they begin.</param>
    /// <param name="into">As many as are wanted; all must have been written.</param>
    /// <exception cref="KdException"><c>KD1798</c>: the temporary file cannot be read.</exception>
    public void Read(long at, Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at + into.Length, Length);
        while (into.Length > 0)
        {
            long block = at / Block;
            int offset = (int)(at % Block), part = Math.Min(into.Length, Block - offset);
            Span<byte> some = into[..part];
            if (block < _blocks.Count)
                _blocks[(int)block].AsSpan(offset, part).CopyTo(some);
            else if (at >= Length - _used)
                _last.AsSpan(offset, part).CopyTo(some);
            else
                FromFile(at - ((long)_blocks.Count * Block), some);
            at += part;
            into = into[part..];
        }
    }

    // The block that is full goes where there is room for it, and the next one begins.
    private void Turn()
    {
        if (_last.Length > 0 && (long)_blocks.Count * Block < _memory)
        {
            _blocks.Add(_last);
            _last = [];
        }

        if (_last.Length > 0)
            ToFile(_last);
        else
            _last = new byte[Block];
        _used = 0;
    }

    private void ToFile(byte[] block)
    {
        string path = Path.Combine(_folder, $"kdcluster-{Guid.NewGuid():n}.rows");
        try
        {
            if (_file is null)
            {
                _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose);
                // Without a name nothing is left behind, however the process ends.
                if (!OperatingSystem.IsWindows())
                    File.Delete(path);
            }

            RandomAccess.Write(_file, block, _inFile);
            _inFile += block.Length;
        }
        catch (Exception e) when (FileErrors.Of(e, _folder) is { } error)
        {
            throw new KdException(error.Code, $"rows that memory does not hold: {error.What}", error.Where, "Free some space there, or name another folder for temporary files in TMPDIR.", e);
        }
    }

    private void FromFile(long at, Span<byte> into)
    {
        try
        {
            while (into.Length > 0)
            {
                int read = RandomAccess.Read(_file!, into, at);
                if (read == 0)
                    throw new EndOfStreamException("the temporary file is shorter than what was written to it");
                at += read;
                into = into[read..];
            }
        }
        catch (IOException e)
        {
            throw new KdException("KD1798", $"rows in a temporary file cannot be read: {e.Message}", _folder, inner: e);
        }
    }
}
