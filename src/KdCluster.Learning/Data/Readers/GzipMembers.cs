using System.Buffers.Binary;
using System.IO.Compression;

namespace KdCluster.Learning.Data.Readers;

/// <summary>The content of a gzip file, member after member, each held against its check sum and length.</summary>
/// <remarks>
/// <see cref="GZipStream"/> ends without a word where the file ends, be that inside a member. Here a member that does not end, and bytes after
/// the last one, are damage; zeros after it are padding, as gzip takes them.
/// </remarks>
/// <param name="file">The file; seekable.</param>
internal sealed class GzipMembers(Stream file) : Stream
{
    private const int HeaderSize = 10;
    private const int TrailerSize = 8;
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(CrcOf)];

    private DeflateStream? _member;
    private Window? _window;
    private uint _crc;
    private uint _length;

    [Flags]
    private enum Fields
    {
        HeaderCrc = 2,
        Extra = 4,
        Name = 8,
        Comment = 16,
        Reserved = 0xE0,
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether a file begins as gzip does; its position stays.</summary>
    public static bool IsGzip(Stream file)
    {
        Span<byte> magic = stackalloc byte[2];
        long at = file.Position;
        bool isGzip = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic[0] == 0x1F && magic[1] == 0x8B;
        file.Position = at;
        return isGzip;
    }

    /// <exception cref="InvalidDataException">The stream is damaged, or its end is missing.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            if (_member is null && !Begin())
                return 0;
            int read = buffer.IsEmpty ? 0 : Decompress(buffer);
            if (read > 0 || buffer.IsEmpty)
            {
                foreach (byte b in buffer[..read])
                    _crc = CrcTable[(byte)(_crc ^ b)] ^ (_crc >> 8);
                _length += (uint)read;
                return read;
            }
            End();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _member?.Dispose();
        base.Dispose(disposing);
    }

    private int Decompress(Span<byte> buffer)
    {
        try
        {
            return _member!.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException("its content cannot be decompressed", e);
        }
    }

    // False at the end of the file.
    private bool Begin()
    {
        if (file.Position > 0 && IsPadding())
            return false;
        Span<byte> header = stackalloc byte[HeaderSize];
        ReadHeader(header);
        var fields = (Fields)header[3];
        if (header[0] != 0x1F || header[1] != 0x8B || header[2] != 8 || (fields & Fields.Reserved) != 0)
            throw new InvalidDataException("what follows a member is no gzip member");
        if (fields.HasFlag(Fields.Extra))
        {
            ReadHeader(header[..2]);
            file.Position += BinaryPrimitives.ReadUInt16LittleEndian(header);
        }
        if (fields.HasFlag(Fields.Name))
            SkipText();
        if (fields.HasFlag(Fields.Comment))
            SkipText();
        if (fields.HasFlag(Fields.HeaderCrc))
            ReadHeader(header[..2]);
        _window = new Window(file);
        _member = new DeflateStream(_window, CompressionMode.Decompress, leaveOpen: true);
        (_crc, _length) = (uint.MaxValue, 0);
        return true;
    }

    private void SkipText()
    {
        Span<byte> one = stackalloc byte[1];
        do
        {
            ReadHeader(one);
        }
        while (one[0] != 0);
    }

    private void ReadHeader(Span<byte> bytes)
    {
        if (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException("it ends inside a member's header");
    }

    // The decompressor does not say where in the bytes that it took last the member ends: check sum and length, which follow it, show it.
    private void End()
    {
        Span<byte> trailer = stackalloc byte[TrailerSize];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, ~_crc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], _length);
        byte[] bytes = new byte[file.Position - _window!.Last + TrailerSize];
        file.Position = _window.Last;
        int count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        long? end = null;
        for (int at = 0; at + TrailerSize <= count; at++)
        {
            if (!bytes.AsSpan(at, TrailerSize).SequenceEqual(trailer))
                continue;
            // An empty member's trailer is all zeros, as the byte before it may be.
            file.Position = _window.Last + at + TrailerSize;
            end ??= file.Position;
            if (IsGzip(file) || IsPadding())
            {
                end = _window.Last + at + TrailerSize;
                break;
            }
        }
        file.Position = end ?? throw new InvalidDataException("its end is missing, or its check sum is wrong");
        _member!.Dispose();
        _member = null;
    }

    // Whether zeros are all that follows; then the position is the end.
    private bool IsPadding()
    {
        long at = file.Position;
        int next;
        do
        {
            next = file.ReadByte();
        }
        while (next == 0);
        if (next < 0)
            return true;
        file.Position = at;
        return false;
    }

    private static uint CrcOf(int value)
    {
        uint crc = (uint)value;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        return crc;
    }

    /// <summary>Remembers where the last bytes came from.</summary>
    private sealed class Window(Stream file) : Stream
    {
        /// <summary>Where in the file the last bytes that were read begin.</summary>
        public long Last { get; private set; } = file.Position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            long at = file.Position;
            int read = file.Read(buffer, offset, count);
            if (read > 0)
                Last = at;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
