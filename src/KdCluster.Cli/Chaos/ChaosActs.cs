namespace KdCluster.Cli.Chaos;

/// <summary>Everything that is done to clusters.</summary>
internal static class ChaosActs
{
    // As long as frozen silos are to be frozen, and a little more than links may be cut for without anyone being declared dead for it.
    private static readonly TimeSpan s_frozen = TimeSpan.FromSeconds(20), s_cut = TimeSpan.FromSeconds(4), s_down = TimeSpan.FromSeconds(1), s_toStop = TimeSpan.FromSeconds(60);

    public static IReadOnlyList<ChaosAct> All { get; } =
    [
        new("trainer-killed", 5, false, async (c, _, stop) => await EndAsync(c, await TrainerAsync(c, stop).ConfigureAwait(false), "KILL", stop).ConfigureAwait(false)),
        new("trainer-frozen", 15, false, async (c, _, stop) => await FreezeAsync(c, await TrainerAsync(c, stop).ConfigureAwait(false), stop).ConfigureAwait(false)),
        new("trainer-stopped", null, false, async (c, _, stop) => await EndAsync(c, await TrainerAsync(c, stop).ConfigureAwait(false), "TERM", stop).ConfigureAwait(false)),
        new("teacher-killed", 2, true, async (c, _, stop) => await EndAsync(c, await TeacherAsync(c, stop).ConfigureAwait(false), "KILL", stop).ConfigureAwait(false)),
        new("teacher-frozen", 15, true, async (c, _, stop) => await FreezeAsync(c, await TeacherAsync(c, stop).ConfigureAwait(false), stop).ConfigureAwait(false)),
        new("teacher-stopped", null, true, async (c, _, stop) => await EndAsync(c, await TeacherAsync(c, stop).ConfigureAwait(false), "TERM", stop).ConfigureAwait(false)),
        new("gateway-killed", 5, false, (c, _, stop) => EndAsync(c, "gateway-1", "KILL", stop)),
        new("gateway-frozen", 15, false, (c, _, stop) => FreezeAsync(c, "gateway-1", stop)),
        new("redis-restarted", 2, false, (c, _, stop) => RedisAsync(c, false, stop)),
        new("redis-emptied", 2, false, (c, _, stop) => RedisAsync(c, true, stop)),
        new("target-link-cut", 15, true, async (c, _, stop) => await CutAsync(c.TargetLink(await TeacherAsync(c, stop).ConfigureAwait(false)), s_cut, stop).ConfigureAwait(false)),
        new("redis-link-cut", 15, false, async (c, _, stop) => await CutAsync(c.RedisLink(await TrainerAsync(c, stop).ConfigureAwait(false)), s_cut, stop).ConfigureAwait(false)),
        new("silo-link-cut", 15, false, async (c, _, stop) =>
        {
            // Long enough for the others to declare it dead, who then go on without it.
            await CutAsync(c.SiloLink(await TrainerAsync(c, stop).ConfigureAwait(false)), 2 * s_cut, stop).ConfigureAwait(false);
            await c.HealAsync(stop).ConfigureAwait(false);
        }),
        new("client-link-cut", 15, false, (c, _, stop) => CutAsync(c.TargetLink("gateway-1"), 3 * s_cut, stop)),
        new("client-killed", null, false, (c, run, stop) => c.KillWatcherAsync(run, stop)),
        new("rolling-restart", null, false, (c, _, stop) => RollAsync(c, stop)),
    ];

    private static async Task<string> TrainerAsync(ChaosCluster cluster, CancellationToken stop) => await cluster.TrainingAsync(stop).ConfigureAwait(false) ?? "trainer-1";

    private static async Task<string> TeacherAsync(ChaosCluster cluster, CancellationToken stop) =>
        await cluster.TeachingAsync(ChaosTask.SecondTeacher, stop).ConfigureAwait(false) ?? "teacher-1";

    private static async Task EndAsync(ChaosCluster cluster, string silo, string signal, CancellationToken stop)
    {
        ChaosProcess process = cluster[silo];
        await process.SignalAsync(signal).ConfigureAwait(false);
        if (!await process.EndAsync(s_toStop).ConfigureAwait(false))
            throw new InvalidOperationException($"{silo} did not end within {s_toStop.TotalSeconds} s after SIG{signal}");
        await cluster.HealAsync(stop).ConfigureAwait(false);
    }

    private static async Task FreezeAsync(ChaosCluster cluster, string silo, CancellationToken stop)
    {
        ChaosProcess process = cluster[silo];
        await process.SignalAsync("STOP").ConfigureAwait(false);
        try
        {
            await Task.Delay(s_frozen, stop).ConfigureAwait(false);
        }
        finally
        {
            await process.SignalAsync("CONT").ConfigureAwait(false);
        }

        // The others have declared it dead: it finds out and ends, and is started again.
        await process.EndAsync(TimeSpan.FromSeconds(15)).ConfigureAwait(false);
        await cluster.HealAsync(stop).ConfigureAwait(false);
    }

    private static async Task RedisAsync(ChaosCluster cluster, bool emptied, CancellationToken stop)
    {
        await cluster.Redis.SignalAsync("KILL").ConfigureAwait(false);
        await cluster.Redis.EndAsync(s_toStop).ConfigureAwait(false);
        if (emptied)
            cluster.ForgetRedis();
        await Task.Delay(s_down, stop).ConfigureAwait(false);
        await cluster.HealAsync(stop).ConfigureAwait(false);
    }

    private static async Task CutAsync(ChaosLink link, TimeSpan length, CancellationToken stop)
    {
        link.Cut();
        try
        {
            await Task.Delay(length, stop).ConfigureAwait(false);
        }
        finally
        {
            link.Mend();
        }
    }

    private static async Task RollAsync(ChaosCluster cluster, CancellationToken stop)
    {
        foreach (string silo in ChaosCluster.Names)
            await EndAsync(cluster, silo, "TERM", stop).ConfigureAwait(false);
    }
}
