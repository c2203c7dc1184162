using KdCluster.SoftTargets;

namespace KdCluster.Bench;

/// <summary>What a student asks of a store: batches of 32 rows of 14 classes, from each of five teachers at once.</summary>
/// <param name="store">Any store.</param>
/// <param name="rows">Rows of each teacher that it is to hold.</param>
internal sealed class StoreLoad(ISoftTargetStore store, int rows)
{
    public const int Batch = 32, Sets = 5;
    private const int AtOnce = 1000;

    private readonly SoftTargetSet[] _sets =
        [.. Enumerable.Range(0, Sets).Select(t => new SoftTargetSet($"{t + 1:x64}", OutputNames.Logits, ElementType.Float16, BenchTask.Classes, 0, new string('1', 64)))];

    private readonly InstanceFingerprint[] _keys = [.. Enumerable.Range(0, rows).Select(i => Fingerprints.Instance([i]))];
    private readonly Random _random = new(2);

    /// <summary>Bytes of one row.</summary>
    public int RowBytes => _sets[0].RowBytes;

    /// <summary>Rows of all sets together.</summary>
    public int Entries => rows * Sets;

    public async Task FillAsync(CancellationToken cancellationToken)
    {
        foreach (SoftTargetSet set in _sets)
        {
            for (int at = 0; at < rows; at += AtOnce)
            {
                int count = Math.Min(AtOnce, rows - at);
                float[] numbers = [.. Enumerable.Range(0, count * set.Width).Select(_ => (_random.NextSingle() * 6) - 3)];
                await store.PutAsync(set, _keys.AsMemory(at, count), RowCodec.Encode(set, numbers), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>So many batches one after the other: 32 rows of each set at once.</summary>
    public Task<Cost> GetAsync(int batches, CancellationToken cancellationToken) => GetAsync(batches, Sets, Batch, cancellationToken);

    /// <summary>The same number of rows, but in one call: 160 rows of one set.</summary>
    public Task<Cost> GetOfOneSetAsync(int batches, CancellationToken cancellationToken) => GetAsync(batches, 1, Batch * Sets, cancellationToken);

    private async Task<Cost> GetAsync(int batches, int sets, int perSet, CancellationToken cancellationToken)
    {
        InstanceFingerprint[][] asked = [.. Enumerable.Range(0, batches).Select(_ => Enumerable.Range(0, perSet).Select(_ => _keys[_random.Next(rows)]).ToArray())];
        byte[][] got = [.. _sets.Select(s => new byte[perSet * s.RowBytes])];
        bool[][] found = [.. _sets.Select(_ => new bool[perSet])];
        var gets = new ValueTask<int>[sets];
        return await Cost.OfAsync(async () =>
        {
            foreach (InstanceFingerprint[] keys in asked)
            {
                for (int s = 0; s < sets; s++)
                    gets[s] = store.GetAsync(_sets[s], keys, got[s], found[s], cancellationToken);
                foreach (ValueTask<int> get in gets)
                {
                    if (await get.ConfigureAwait(false) != perSet)
                        throw new InvalidOperationException("a row that was put was not found");
                }
            }
        }).ConfigureAwait(false);
    }
}
