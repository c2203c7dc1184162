using KdCluster.SoftTargets;

namespace KdCluster.Tests.Fixtures;

/// <summary>Keys and rows that are a function of their number, so that a test knows what it must read.</summary>
internal static class Rows
{
    public static SoftTargetSet Set(int width = 14, ElementType element = ElementType.Float16, char teacher = 'a', string output = OutputNames.Logits, int topK = 0) =>
        new(new string(teacher, 64), output, element, width, topK, new string('1', 64));

    public static InstanceFingerprint Key(int i) => Fingerprints.Instance([i, i + 1, 7]);

    public static InstanceFingerprint[] Keys(int first, int count) => [.. Enumerable.Range(first, count).Select(Key)];

    public static byte[] Bytes(SoftTargetSet set, int first, int count)
    {
        byte[] bytes = new byte[count * set.RowBytes];
        for (int i = 0; i < count; i++)
            new Random(first + i).NextBytes(bytes.AsSpan(i * set.RowBytes, set.RowBytes));
        return bytes;
    }

    public static ValueTask PutAsync(ISoftTargetStore store, SoftTargetSet set, int first, int count) =>
        store.PutAsync(set, Keys(first, count), Bytes(set, first, count), default);

    /// <summary>Reads rows and fails on any wrong number; the numbers of those found.</summary>
    public static async Task<List<int>> FoundAsync(ISoftTargetStore store, SoftTargetSet set, int first, int count)
    {
        byte[] rows = new byte[count * set.RowBytes];
        bool[] found = new bool[count];
        byte[] expected = Bytes(set, first, count);
        int hits = await store.GetAsync(set, Keys(first, count), rows, found, default);
        Assert.Equal(found.Count(f => f), hits);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> row = rows.AsSpan(i * set.RowBytes, set.RowBytes);
            Assert.True(row.SequenceEqual(found[i] ? expected.AsSpan(i * set.RowBytes, set.RowBytes) : new byte[set.RowBytes]), $"row {first + i} is wrong");
        }

        return [.. Enumerable.Range(first, count).Where(i => found[i - first])];
    }
}
