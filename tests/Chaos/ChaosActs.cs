using KdCluster.V1;

namespace KdCluster.Chaos;

/// <summary>Everything that is done to clusters.</summary>
internal static class ChaosActs
{
    // As long as frozen silos are to be frozen, and a little more than links may be cut for without anyone being declared dead for it.
    private static readonly TimeSpan s_frozen = TimeSpan.FromSeconds(20), s_cut = TimeSpan.FromSeconds(4), s_down = TimeSpan.FromSeconds(1), s_toStop = TimeSpan.FromSeconds(60);

    public static IReadOnlyList<ChaosAct> All { get; } =
    [
        Struck("trainer-killed", 5, (c, run) => [OnlyTrains(c, run)], (c, silo, stop) => EndAsync(c, silo, "KILL", stop)),
        Struck("run-silo-killed", 5, (c, run) => [HasRun(c, run)], (c, silo, stop) => EndAsync(c, silo, "KILL", stop)),
        // More students may be left than the last silo has places: they wait until the others are back.
        Struck("trainer-and-run-silo-killed", null, (c, run) => [OnlyTrains(c, run), HasRun(c, run)], (c, silo, stop) => EndAsync(c, silo, "KILL", stop)),
        Struck("trainer-frozen", 15, (c, run) => [OnlyTrains(c, run)], FreezeAsync),
        Struck("run-silo-frozen", 15, (c, run) => [HasRun(c, run)], FreezeAsync),
        Struck("trainer-stopped", null, (c, run) => [OnlyTrains(c, run)], (c, silo, stop) => EndAsync(c, silo, "TERM", stop)),
        Struck("run-silo-stopped", null, (c, run) => [HasRun(c, run)], (c, silo, stop) => EndAsync(c, silo, "TERM", stop)),
        Elsewhere("teacher-killed", 2, true, async (c, _, stop) => await EndAsync(c, await TeacherAsync(c, stop).ConfigureAwait(false), "KILL", stop).ConfigureAwait(false)),
        Elsewhere("teacher-frozen", 15, true, async (c, _, stop) => await FreezeAsync(c, await TeacherAsync(c, stop).ConfigureAwait(false), stop).ConfigureAwait(false)),
        Elsewhere("teacher-stopped", null, true, async (c, _, stop) => await EndAsync(c, await TeacherAsync(c, stop).ConfigureAwait(false), "TERM", stop).ConfigureAwait(false)),
        Elsewhere("gateway-killed", 5, false, (c, _, stop) => EndAsync(c, "gateway-1", "KILL", stop)),
        Elsewhere("gateway-frozen", 15, false, (c, _, stop) => FreezeAsync(c, "gateway-1", stop)),
        Elsewhere("redis-restarted", 2, false, (c, _, stop) => RedisAsync(c, false, stop)),
        Elsewhere("redis-emptied", 2, false, (c, _, stop) => RedisAsync(c, true, stop)),
        Elsewhere("target-link-cut", 15, true, async (c, _, stop) => await CutAsync(c.TargetLink(await TeacherAsync(c, stop).ConfigureAwait(false)), s_cut, stop).ConfigureAwait(false)),
        Struck("redis-link-cut", 15, (c, run) => [OnlyTrains(c, run)], (c, silo, stop) => CutAsync(c.RedisLink(silo), s_cut, stop)),
        Struck("silo-link-cut", 15, (c, run) => [OnlyTrains(c, run)], async (c, silo, stop) =>
        {
            // Long enough for the others to declare it dead, who then continue without it.
            await CutAsync(c.SiloLink(silo), 2 * s_cut, stop).ConfigureAwait(false);
            await c.HealAsync(stop).ConfigureAwait(false);
        }),
        Elsewhere("client-link-cut", 15, false, (c, _, stop) => CutAsync(c.TargetLink("gateway-1"), 3 * s_cut, stop)),
        Elsewhere("client-killed", null, false, (c, run, stop) => c.KillWatcherAsync(run.Id, stop)),
        new("rolling-restart", null, false, async (c, _, stop) =>
        {
            foreach (string silo in ChaosCluster.Names)
                await EndAsync(c, silo, "TERM", stop).ConfigureAwait(false);
            return ChaosCluster.Names;
        }),
    ];

    /// <summary>Something that is done to silos that train.</summary>
    private static ChaosAct Struck(string name, double? limit, Func<ChaosCluster, Run, string[]> which, Func<ChaosCluster, string, CancellationToken, Task> doAsync) => new(name, limit, false, async (c, run, stop) =>
    {
        string[] silos = which(c, run);
        await Task.WhenAll(silos.Select(silo => doAsync(c, silo, stop))).ConfigureAwait(false);
        return silos;
    });

    /// <summary>Something that no student may begin again for.</summary>
    private static ChaosAct Elsewhere(string name, double? limit, bool asking, Func<ChaosCluster, Run, CancellationToken, Task> doAsync) => new(name, limit, asking, async (c, run, stop) =>
    {
        await doAsync(c, run, stop).ConfigureAwait(false);
        return [];
    });

    /// <summary>A silo that trains a student of the run and has nothing else to do with it; some other trainer silo where there is none.</summary>
    private static string OnlyTrains(ChaosCluster cluster, Run run) =>
        run.Students.Where(ChaosFollower.Trains).Select(s => cluster.NameOf(s.Silo)).FirstOrDefault(name => name is not null && name != HasRun(cluster, run))
        ?? ChaosCluster.Trainers.First(name => name != HasRun(cluster, run));

    /// <summary>The silo that has the run's grain.</summary>
    private static string HasRun(ChaosCluster cluster, Run run) => cluster.NameOf(run.Silo) ?? ChaosCluster.Trainers[0];

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
}
