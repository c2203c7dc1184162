using System.Runtime.InteropServices;
using KdCluster.Instances;
using KdCluster.Learning.Text;

namespace KdCluster.Learning.Data.Spools;

/// <summary>The views of many texts, packed: a view is made when it is asked for.</summary>
/// <remarks>Safe to share between threads.</remarks>
internal sealed class TokenRows : IReadOnlyList<InstanceView>, IInstanceLengths
{
    private const int Window = 4096;

    private readonly ByteSpool _ids = new();
    // A byte for each token, where any row has token types.
    private ByteSpool? _types;
    private readonly long[] _ends;

    private TokenRows(int count) => _ends = new long[count];

    public int Count => _ends.Length;

    public InstanceView this[int index]
    {
        get
        {
            int[] ids = new int[LengthOf(index)];
            _ids.Read(sizeof(int) * Begin(index), MemoryMarshal.AsBytes(ids.AsSpan()));
            if (_types is null)
                return new InstanceView(ids);
            byte[] types = new byte[ids.Length];
            _types.Read(Begin(index), types);
            return new InstanceView(ids, Array.ConvertAll(types, t => (int)t));
        }
    }

    public int LengthOf(int row) => (int)(_ends[row] - Begin(row));

    /// <summary>Encodes all rows, on all cores.</summary>
    public static TokenRows Encode(IReadOnlyList<TextRow> rows, Tokenizer tokenizer)
    {
        var made = new TokenRows(rows.Count);
        var some = new InstanceView[Math.Min(Window, rows.Count)];
        long end = 0;
        for (int first = 0; first < rows.Count; first += Window)
        {
            int count = Math.Min(Window, rows.Count - first), begin = first;
            RowErrors.Of(() => Parallel.For(0, count, i =>
            {
                TextRow row = rows[begin + i];
                some[i] = tokenizer.Encode(row.Text, row.Pair);
            }));
            for (int i = 0; i < count; i++)
            {
                made.AddTypes(end, some[i]);
                made._ids.Add(MemoryMarshal.AsBytes<int>(some[i].Ids));
                made._ends[first + i] = end += some[i].Length;
            }
        }

        return made;
    }

    public IEnumerator<InstanceView> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return this[i];
    }

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

    private void AddTypes(long tokensBefore, InstanceView view)
    {
        if (view.Types is null && _types is null)
            return;
        if (_types is null)
        {
            _types = new ByteSpool();
            byte[] none = new byte[Window];
            for (long left = tokensBefore; left > 0; left -= none.Length)
                _types.Add(none.AsSpan(0, (int)Math.Min(left, none.Length)));
        }

        _types.Add(view.Types is null ? new byte[view.Length] : Array.ConvertAll(view.Types, t => checked((byte)t)));
    }

    private long Begin(int row) => row == 0 ? 0 : _ends[row - 1];
}
