using System.Text;

namespace KdCluster.Learning.Data.Readers;

/// <summary>The lines of a file: gzip is read through, a byte order mark is dropped, and only well-formed UTF-8 passes.</summary>
/// <param name="stream">The file's bytes; seekable.</param>
/// <param name="file">How messages name it.</param>
internal sealed class LineSource(Stream stream, string file)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>How messages name the file.</summary>
    public string File { get; } = file;

    /// <summary>All lines, once.</summary>
    /// <exception cref="KdException"><c>KD1102</c>: not UTF-8, or a damaged gzip stream.</exception>
    public IEnumerable<TextLine> Lines()
    {
        using Stream plain = Open();
        byte[] buffer = new byte[1 << 16];
        int begin = 0, end = 0, number = 1;
        while (true)
        {
            int found = buffer.AsSpan(begin, end - begin).IndexOf((byte)'\n');
            if (found >= 0)
            {
                bool isCrLf = found > 0 && buffer[begin + found - 1] == '\r';
                yield return new TextLine(number, Decode(buffer.AsSpan(begin, isCrLf ? found - 1 : found), number), isCrLf ? "\r\n" : "\n");
                begin += found + 1;
                number++;
                continue;
            }
            if (begin > 0)
            {
                buffer.AsSpan(begin, end - begin).CopyTo(buffer);
                end -= begin;
                begin = 0;
            }
            if (end == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            int read = Fill(plain, buffer.AsSpan(end), number);
            if (read == 0)
                break;
            end += read;
        }
        if (end > begin)
            yield return new TextLine(number, Decode(buffer.AsSpan(begin, end - begin), number), "");
    }

    private Stream Open()
    {
        stream.Position = 0;
        return GzipMembers.IsGzip(stream) ? new GzipMembers(stream) : stream;
    }

    private int Fill(Stream plain, Span<byte> buffer, int line)
    {
        try
        {
            return plain.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new KdException("KD1102", $"the gzip stream is damaged: {e.Message}.", $"{File}:{line}", "Use a complete copy of the file.", e);
        }
    }

    private string Decode(ReadOnlySpan<byte> bytes, int line)
    {
        if (line == 1 && bytes.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new KdException("KD1102", $"the line is not UTF-8 (byte {e.Index + 1} of the line).", $"{File}:{line}", "Save the file as UTF-8.", e);
        }
    }
}
