using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using KdCluster.Client;
using KdCluster.Tests.ManySilos;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.EndToEnd;

/// <summary><c>kd cluster</c> as users run it.</summary>
public sealed class ClusterCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ClusterCommandTests() => TinyTask.Write(_folder.Path, train: 700);

    private string Home => _folder.File("home");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task With_Garnet_it_trains_and_runs_starts_again_what_was_killed_and_leaves_nothing()
    {
        await using KdProcess cluster = KdProcess.Start(Home, "cluster", "--teachers", "1", "--trainers", "1", "--redis", "garnet");
        string gateway = (await cluster.LineAsync("  gateway")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.EndsWith($"-- RECIPE {gateway}", await cluster.LineAsync("examples/ClientApp"), StringComparison.Ordinal);

        await KdProcess.RunAsync(Home, "teacher", "train", "bag", "--recipe", Recipe("teacher"), "--deploy");
        Assert.Contains("| student uniform", await KdProcess.RunAsync(Home, "run", "start", Recipe("first", "bag")), StringComparison.Ordinal);
        Assert.Contains("from the store, 0 computed by teachers", await KdProcess.RunAsync(Home, "run", "start", Recipe("again", "bag")), StringComparison.Ordinal);
        await using (var client = new KdClient(gateway))
        {
            // The gateway itself asks the store for nothing: these are the other silos' counts, which they tell every second.
            using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(200));
            using CancellationTokenSource deadline = Deadline.After(TimeSpan.FromSeconds(30));
            StoreStatsReply store;
            do
            {
                await timer.WaitForNextTickAsync(deadline.Token);
                store = await client.Cluster.StoreStatsAsync(new StoreStatsRequest());
            }
            while (store.Hits <= 700);
            Assert.Equal((0, 0), (store.Damaged, store.Dropped));
        }

        Process.GetProcessById(Assert.Single(Left(), p => p.CommandLine.Contains("cluster/trainer-1", StringComparison.Ordinal)).Id).Kill();
        await cluster.LineAsync("trainer-1 was ended by signal 9. It is restarted in 1 s");
        await cluster.LineAsync("trainer-1 serves again at ");
        Assert.Contains("| student uniform", await KdProcess.RunAsync(Home, "run", "start", Recipe("third", "bag")), StringComparison.Ordinal);

        await using (KdProcess second = KdProcess.Start(Home, "cluster", "--redis", "garnet"))
        {
            Assert.Equal(2, await second.EndAsync());
            Assert.Contains("KD1602", second.Written, StringComparison.Ordinal);
        }

        await cluster.SignalAsync("TERM");
        Assert.Equal(0, await cluster.EndAsync());
        Assert.Empty(Left());
        Assert.False(File.Exists(Path.Combine(Home, "silo.json")));
    }

    [ManySilosFact]
    public async Task Killed_itself_it_takes_silos_and_redis_server_along()
    {
        await using KdProcess cluster = KdProcess.Start(Home, "cluster", "--teachers", "1", "--trainers", "1");
        int redis = new Uri((await cluster.LineAsync("  redis")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]).Port;
        await cluster.LineAsync("In another terminal");
        Assert.Equal(3, Left().Count(p => p.CommandLine.Contains(" silo ", StringComparison.Ordinal)));
        using (var up = new TcpClient("127.0.0.1", redis))
        {
            Assert.True(up.Connected);
        }

        await cluster.SignalAsync("KILL");
        await cluster.EndAsync();
        using CancellationTokenSource deadline = Deadline.After(TimeSpan.FromSeconds(90));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (Left().Count > 0)
            await looks.WaitForNextTickAsync(deadline.Token);
        Assert.Throws<SocketException>(() => new TcpClient("127.0.0.1", redis));
    }

    /// <summary>Processes whose command line names the home.</summary>
    private List<(int Id, string CommandLine)> Left()
    {
        List<(int, string)> left = [];
        foreach (string folder in Directory.GetDirectories("/proc").Where(f => int.TryParse(Path.GetFileName(f), CultureInfo.InvariantCulture, out _)))
        {
            try
            {
                string line = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, "cmdline"))).Replace('\0', ' ');
                if (line.Contains(Home, StringComparison.Ordinal))
                    left.Add((int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture), line));
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }

        return left;
    }

    private string Recipe(string name, params string[] teachers)
    {
        string file = _folder.File($"{name}.json");
        File.WriteAllText(file, TinyTask.Recipe(_folder.Path, name, teachers: teachers.Length == 0 ? null : teachers));
        return file;
    }
}
