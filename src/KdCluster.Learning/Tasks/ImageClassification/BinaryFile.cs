using KdCluster.Learning.Data;
using KdCluster.Learning.Data.Readers;

namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>The bytes of a data file: gzip is read through. Memory is taken as bytes come, not as a header claims.</summary>
internal sealed class BinaryFile : IDisposable
{
    private const int Step = 1 << 20;

    private readonly FileStream _file;
    private readonly Stream _plain;

    /// <exception cref="KdException"><c>KD1100</c>: there is no such file, or it cannot be opened.</exception>
    public BinaryFile(string path, string name)
    {
        Name = name;
        _file = DataFile.Open(path, "Paths are relative to the recipe.");
        _plain = GzipMembers.IsGzip(_file) ? new GzipMembers(_file) : _file;
    }

    /// <summary>As the recipe names it.</summary>
    public string Name { get; }

    /// <summary>The next bytes: fewer only where the file ends.</summary>
    /// <exception cref="KdException"><c>KD1102</c>: the gzip stream is damaged, or its end is missing.</exception>
    public byte[] Read(long count)
    {
        byte[] bytes = new byte[Math.Min(count, Step)];
        long read = 0;
        try
        {
            while (true)
            {
                int more = _plain.Read(bytes.AsSpan((int)read));
                read += more;
                if (more == 0 || read == count)
                    break;
                if (read == bytes.Length)
                    Array.Resize(ref bytes, (int)Math.Min(count, Math.Min(2L * bytes.Length, Array.MaxLength)));
            }
        }
        catch (InvalidDataException e)
        {
            throw new KdException("KD1102", $"the gzip stream is damaged: {e.Message}.", Name, "Use a complete copy of the file.", e);
        }

        Array.Resize(ref bytes, (int)read);
        return bytes;
    }

    public void Dispose()
    {
        _plain.Dispose();
        _file.Dispose();
    }
}
