using KdCluster.Cli.Clusters;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;
using KdCluster.Cli.Silos;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd cluster</c>.</summary>
internal static class ClusterCommand
{
    private static readonly Option Teachers = new("teachers", "N", "Silos that serve teachers. Default: 2");
    private static readonly Option Trainers = new("trainers", "N", "Silos that train students. Default: 2");
    private static readonly Option Redis = new("redis", "URL", $"The Redis for membership and soft targets: redis://host:port, or {ClusterRedis.Garnet} for a server inside this process. Default: $KD_REDIS, else an installed redis-server, else {ClusterRedis.Garnet}");

    public static readonly Command Definition = new()
    {
        Path = "cluster",
        Summary = "Run a cluster on this machine (a gateway, teacher silos, trainer silos and a Redis) until Ctrl-C or SIGTERM.",
        Options = [Teachers, Trainers, Redis, CommonOptions.Home, CommonOptions.Device],
        Remarks = "Commands with the same home find it automatically. Each silo is a process with a log in home/cluster; when it ends, it is started again."
            + "\nThe first Ctrl-C stops everything in order, students with a checkpoint. The second ends everything at once."
            + "\nIt serves only this machine; for several machines see docs/operate.md.",
        Example = "kd cluster --teachers 2 --trainers 2",
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        int teachers = invocation.Number(Teachers, 1) ?? 2, trainers = invocation.Number(Trainers, 1) ?? 2;
        string? redis = invocation.Value(Redis) ?? SettingSources.Find(invocation, "redis");
        long since = invocation.Context.Time.GetTimestamp();
        invocation.Terminal.Note($"Starting a gateway, {teachers} teacher silo(s), {trainers} trainer silo(s) and their Redis ...");
        LocalCluster cluster = await LocalCluster.StartAsync(invocation, redis, teachers, trainers, stop).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            await WriteAsync(invocation, cluster, invocation.Context.Time.GetElapsedTime(since)).ConfigureAwait(false);
            await cluster.WaitAsync(stop).ConfigureAwait(false);
            invocation.Terminal.Note("Stopping: students keep a checkpoint. A second Ctrl-C ends everything at once ...");
        }

        return ExitCode.Ok;
    }

    private static async Task WriteAsync(Invocation invocation, LocalCluster cluster, TimeSpan took)
    {
        Terminal terminal = invocation.Terminal;
        terminal.Write($"Cluster of {cluster.Silos.Count} silos, ready in {took.TotalSeconds:0} s, home {KdHome.Of(invocation).Folder}. Ctrl-C stops it.");
        terminal.Write("");
        foreach (SiloProcess silo in cluster.Silos)
            terminal.Write($"  {silo.Name,-10} {await silo.Ready.ConfigureAwait(false)}");
        terminal.Write($"  {"redis",-10} {Secrets.Hide(cluster.Redis.Address)}  ({cluster.Redis.What})");
        terminal.Write("");
        terminal.Write("In another terminal:");
        terminal.Write("");
        string home = invocation.Value(CommonOptions.Home) is { } named ? $" --home {named}" : "", program = invocation.Context.Program;
        Hint("demo", $"{program} demo{home}", "trains teachers and students on built-in data");
        Hint("train", $"{program} teacher train NAME --recipe FILE{home}");
        Hint("deploy", $"{program} teacher deploy NAME{home}");
        Hint("run", $"{program} run start RECIPE{home}");
        Hint("watch", $"{program} top{home}");
        Hint("client", $"dotnet run --project examples/ClientApp -- RECIPE {await cluster.Silos[0].Ready.ConfigureAwait(false)}");

        void Hint(string what, string line, string remark = "") => terminal.Write($"  {what,-10} {line}{(remark.Length > 0 ? $"   # {remark}" : "")}");
    }
}
