using System.Diagnostics;
using KdCluster.Bench.Stores;
using KdCluster.SoftTargets;

// How long a warm batched get takes, rows of 14 classes: of the local store 32 rows from each of 5 teachers, of Redis 256 rows of one,
// which is what a source asks for at once. `Stores [host:port of a Redis server]`. Redis' floor is the same rows by a bare
// client: one write of all GETs, then reading until all bytes are there, in pairs with the store.
const int rows = 50_000, teachers = 5, batch = 32, redisBatch = 256;
SoftTargetSet[] sets = [.. Enumerable.Range(0, teachers).Select(t => new SoftTargetSet($"{t:x64}", OutputKind.Logits, ElementType.Float16, 14, 0, new string('1', 64)))];
InstanceFingerprint[] keys = [.. Enumerable.Range(0, rows).Select(i => Fingerprints.Instance([i]))];
string folder = Directory.CreateTempSubdirectory("kd-bench-").FullName;
try
{
    await using (LocalStore local = LocalStore.Open(folder, Console.Error.WriteLine, TimeProvider.System))
    {
        await FillAsync(local);
        await local.FlushAsync(default);
        Report("local get", await MeasureAsync(local, sets, batch, 2000));
    }

    long start = Stopwatch.GetTimestamp();
    await using (LocalStore again = LocalStore.Open(folder, Console.Error.WriteLine, TimeProvider.System))
    {
        StoreStats stats = await again.StatsAsync(default);
        Console.WriteLine($"local open: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms for {stats.Sets.Sum(s => s.Rows)} rows");
        Report("local get, reopened", await MeasureAsync(again, sets, batch, 2000));
    }

    if (args.Length > 0)
    {
        await using RedisStore redis = RedisStore.Open($"redis://{args[0]}", Console.Error.WriteLine, TimeProvider.System);
        await redis.ClearAsync(null, default);
        await FillAsync(redis);
        using var bare = new BareClient(args[0], sets[0].RowBytes, redisBatch);
        await MeasureAsync(redis, sets[..1], redisBatch, 1000);
        bare.Measure(1000);
        List<double> store = [], floor = [];
        TimeSpan storeCpu = default, floorCpu = default;
        for (int pair = 0; pair < 15; pair++)
        {
            TimeSpan first = Environment.CpuUsage.TotalTime;
            store.Add(Median(await MeasureAsync(redis, sets[..1], redisBatch, 100)));
            TimeSpan second = Environment.CpuUsage.TotalTime;
            floor.Add(Median(bare.Measure(100)));
            storeCpu += second - first;
            floorCpu += Environment.CpuUsage.TotalTime - second;
        }

        Console.WriteLine($"processor time of this process per batch: redis {storeCpu.TotalMicroseconds / 1650:F0} us, bare {floorCpu.TotalMicroseconds / 1500:F0} us");

        Report("redis get", [.. store]);
        Report("bare pipelined GETs of the same bytes", [.. floor]);
        Report("bare / redis, ratio of pairs", [.. floor.Zip(store, (f, s) => f / s)]);
        await redis.ClearAsync(null, default);
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

async Task FillAsync(ISoftTargetStore store)
{
    byte[] bytes = new byte[1000 * sets[0].RowBytes];
    new Random(1).NextBytes(bytes);
    foreach (SoftTargetSet set in sets)
    {
        for (int i = 0; i < rows; i += 1000)
            await store.PutAsync(set, keys.AsMemory(i, 1000), bytes, default);
    }
}

async Task<double[]> MeasureAsync(ISoftTargetStore store, SoftTargetSet[] of, int count, int repeats)
{
    var random = new Random(2);
    bool[] found = new bool[count];
    byte[] got = new byte[count * of[0].RowBytes];
    var times = new double[repeats];
    for (int r = -repeats / 10; r < repeats; r++)
    {
        InstanceFingerprint[] some = [.. Enumerable.Range(0, count).Select(_ => keys[random.Next(rows)])];
        long begin = Stopwatch.GetTimestamp();
        foreach (SoftTargetSet set in of)
        {
            if (await store.GetAsync(set, some, got, found, default) != count)
                throw new InvalidOperationException("a row was not found");
        }

        if (r >= 0)
            times[r] = Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
    }

    return times;
}

static double Median(double[] values)
{
    double[] sorted = [.. values.Order()];
    return sorted[sorted.Length / 2];
}

static void Report(string what, double[] values)
{
    double[] sorted = [.. values.Order()];
    Console.WriteLine($"{what}: median {Median(values):F2}, 10 % {sorted[sorted.Length / 10]:F2}, 90 % {sorted[sorted.Length * 9 / 10]:F2}");
}
