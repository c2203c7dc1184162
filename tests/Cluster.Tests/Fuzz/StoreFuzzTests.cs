using KdCluster.SoftTargets;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Fuzz;

/// <summary>Kept soft targets whose bytes were damaged: a miss, never a wrong number.</summary>
[Collection("fuzz")]
public class StoreFuzzTests
{
    private const int Count = 200;
    private static readonly SoftTargetSet Set = new(new string('a', 64), OutputNames.Logits, ElementType.Float16, 5, 0, new string('1', 64));
    private static readonly InstanceFingerprint[] Keys = [.. Enumerable.Range(0, Count).Select(i => Fingerprints.Instance([i, i + 1]))];

    [Fact]
    public async Task Segments_of_the_local_store()
    {
        using TemporaryFolder folder = new();
        await using (ISoftTargetStore store = StoreFactory.Open("local", folder.Path, _ => { }, TimeProvider.System))
        {
            await store.PutAsync(Set, Keys, Rows(), default);
        }

        Dictionary<string, byte[]> whole = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).ToDictionary(f => f, File.ReadAllBytes);
        string[] files = [.. whole.Where(f => f.Value.Length > 0).Select(f => f.Key)];
        await new FuzzRun("local store").RunAsync(150, 10_000, async random =>
        {
            string file = files[random.Next(files.Length)];
            await File.WriteAllBytesAsync(file, new Mutator(random).Mutate(whole[file]));
            try
            {
                return await FuzzRun.CodedAsync(async () =>
                {
                    await using ISoftTargetStore store = StoreFactory.Open("local", folder.Path, _ => { }, TimeProvider.System);
                    await CheckAsync(store);
                    await ((ISoftTargetStoreAdmin)store).VerifyAsync(repair: true, default);
                    await store.PutAsync(Set, Keys, Rows(), default);
                    Assert.Equal(Count, await CheckAsync(store));
                });
            }
            finally
            {
                foreach (string left in Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Where(f => !whole.ContainsKey(f)))
                {
                    File.Delete(left);
                }

                foreach ((string path, byte[] bytes) in whole)
                {
                    await File.WriteAllBytesAsync(path, bytes);
                }
            }
        });
    }

    private static byte[] Rows()
    {
        byte[] rows = new byte[Count * Set.RowBytes];
        new Random(5).NextBytes(rows);
        return rows;
    }

    private static async Task<int> CheckAsync(ISoftTargetStore store)
    {
        byte[] rows = new byte[Count * Set.RowBytes], expected = Rows();
        bool[] found = new bool[Count];
        int hits = await store.GetAsync(Set, Keys, rows, found, default);
        for (int i = 0; i < Count; i++)
        {
            ReadOnlySpan<byte> row = rows.AsSpan(i * Set.RowBytes, Set.RowBytes);
            Assert.True(!found[i] || row.SequenceEqual(expected.AsSpan(i * Set.RowBytes, Set.RowBytes)), $"row {i} is wrong");
        }

        return hits;
    }
}
