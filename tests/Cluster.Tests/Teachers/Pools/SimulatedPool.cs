using KdCluster.Cluster.Teachers.Pools;
using KdCluster.Teachers;
using KdCluster.Tests.Support.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace KdCluster.Tests.Teachers.Pools;

/// <summary>Simulated replicas and a pool over them.</summary>
internal sealed class SimulatedPool(VirtualTime time)
{
    private readonly Dictionary<string, SimulatedReplica> _replicas = [];

    public ChangingReplicas List { get; private set; } = new();

    public PoolOptions Options { get; init; } = new();

    public VirtualTime Time => time;

    public SimulatedReplica this[string address] => _replicas[address];

    public SimulatedReplica Add(string address, double milliseconds = 10, char model = 'a', int limit = int.MaxValue) =>
        _replicas[address] = new SimulatedReplica(address, time, TimeSpan.FromMilliseconds(milliseconds), model, limit);

    /// <summary>So many alike, named 0, 1, …</summary>
    public SimulatedPool With(int count, double milliseconds = 10)
    {
        for (int i = 0; i < count; i++)
        {
            Add($"{i}", milliseconds);
        }

        return this;
    }

    public Task<TeacherPoolClient> OpenAsync(bool isFixed = false)
    {
        List = new ChangingReplicas([.. _replicas.Keys]) { IsFixed = isFixed };
        return TeacherPoolClient.ConnectAsync("sim", List, a => _replicas[a], Options, time, new Random(1), NullLogger.Instance, CancellationToken.None);
    }

    /// <summary>So many askers, each with one request after the other until the time is over.</summary>
    /// <returns>Rows answered, all of them right, and how long each request took, with when it was made.</returns>
    public async Task<(long Rows, List<(TimeSpan At, TimeSpan Took)> Requests)> LoadAsync(ITeacherClient pool, int askers, int rows, TimeSpan during)
    {
        long answered = 0;
        int next = 0;
        List<(TimeSpan, TimeSpan)> requests = [];
        TimeSpan end = time.Now + during;
        await Task.WhenAll(Enumerable.Range(0, askers).Select(_ => AskAsync()));
        return (answered, requests);

        async Task AskAsync()
        {
            while (time.Now < end)
            {
                TimeSpan at = time.Now;
                int first = next += rows;
                IReadOnlyList<byte[]> answer = await pool.GetAsync(SimulatedReplica.Request(rows, first), CancellationToken.None);
                for (int i = 0; i < rows; i++)
                {
                    Assert.Equal(first + i, BitConverter.ToSingle(answer[0], i * sizeof(float)));
                }

                answered += time.Now <= end ? rows : 0;
                requests.Add((at, time.Now - at));
            }
        }
    }
}
