using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace KdCluster;

/// <summary>SHA-256 over several texts and numbers. Each text goes in with its length before it, so that no two lists of texts give the same bytes.</summary>
internal sealed class ContentHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds bytes as they are: of a length that is fixed, or that was added before them.</summary>
    public void Add(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Adds four bytes, the lowest first.</summary>
    public void Add(int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        Add(bytes);
    }

    /// <summary>Adds the length of a text as UTF-8, and then the text.</summary>
    public void Add(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Add(bytes.Length);
        Add(bytes);
    }

    /// <summary>Adds some texts in their order.</summary>
    public void Add(IEnumerable<string> texts)
    {
        foreach (string text in texts)
            Add(text);
    }

    /// <summary>The hash of what was added: 64 lower-case hexadecimal digits.</summary>
    public string End() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
