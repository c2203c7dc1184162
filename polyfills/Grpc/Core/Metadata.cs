using System.Buffers;
using System.Collections;
using System.Text;

namespace Grpc.Core;

/// <summary>Headers or trailers of a call, in order, names in lower case; a name ending in <c>-bin</c> carries bytes.</summary>
public sealed class Metadata : IList<Metadata.Entry>
{
    public const string BinaryHeaderSuffix = "-bin";

    public static readonly Metadata Empty = new(readOnly: true);

    private readonly List<Entry> _entries = [];

    public Metadata()
        : this(readOnly: false)
    {
    }

    private Metadata(bool readOnly)
    {
        IsReadOnly = readOnly;
    }

    public int Count => _entries.Count;

    public bool IsReadOnly { get; }

    public Entry this[int index]
    {
        get => _entries[index];
        set => Writable()[index] = Required(value);
    }

    /// <summary>The last entry of that name, as the last one wins.</summary>
    public Entry? Get(string key) => _entries.FindLast(entry => entry.Key == key);

    public string? GetValue(string key) => Get(key)?.Value;

    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    public IEnumerable<Entry> GetAll(string key) => _entries.Where(entry => entry.Key == key);

    public void Add(string key, string value) => Add(new Entry(key, value));

    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    public void Add(Entry item) => Writable().Add(Required(item));

    public int IndexOf(Entry item) => _entries.IndexOf(Required(item));

    public void Insert(int index, Entry item) => Writable().Insert(index, Required(item));

    public void RemoveAt(int index) => Writable().RemoveAt(index);

    public void Clear() => Writable().Clear();

    public bool Contains(Entry item) => _entries.Contains(Required(item));

    public void CopyTo(Entry[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    public bool Remove(Entry item) => Writable().Remove(Required(item));

    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();

    private List<Entry> Writable() => IsReadOnly ? throw new InvalidOperationException("Object is read only") : _entries;

    private static Entry Required(Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry;
    }

    /// <summary>One header: text, or bytes when the name ends in <c>-bin</c>.</summary>
    public class Entry
    {
        private static readonly SearchValues<char> _legal = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

        private readonly string? _text;
        private readonly byte[]? _bytes;

        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = Normalized(key);
            _bytes = IsBinary
                ? (byte[])valueBytes.Clone()
                : throw new ArgumentException("Key for binary valued metadata entry needs to have suffix indicating binary value.", nameof(key));
        }

        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = Normalized(key);
            _text = IsBinary
                ? throw new ArgumentException("Key for ASCII valued metadata entry cannot have suffix indicating binary value.", nameof(key))
                : value;
        }

        public string Key { get; }

        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        public string Value => _text ?? throw new InvalidOperationException("Cannot access string value of a binary metadata entry");

        public byte[] ValueBytes => _bytes is null ? Encoding.ASCII.GetBytes(_text!) : (byte[])_bytes.Clone();

        public override string ToString() => _bytes is null
            ? $"[Entry: key={Key}, value={_text}]"
            : $"[Entry: key={Key}, valueBytes={Convert.ToBase64String(_bytes)}]";

        private static string Normalized(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            var lower = key.ToLowerInvariant();
            return lower.AsSpan().ContainsAnyExcept(_legal)
                ? throw new ArgumentException("Metadata entry key not valid. Keys can only contain lowercase alphanumeric characters, underscores, hyphens and dots.", nameof(key))
                : lower;
        }
    }
}
