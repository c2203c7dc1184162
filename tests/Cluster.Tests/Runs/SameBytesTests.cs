using System.Text.Json.Nodes;
using KdCluster.Client;
using KdCluster.Cluster.Runs;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.SoftTargets.Source;
using KdCluster.Tests.Support;
using KdCluster.V1;
using Microsoft.Extensions.DependencyInjection;

namespace KdCluster.Tests.Runs;

/// <summary>A student's bytes are a function of its recipe: neither where its teachers are, nor how they were asked, nor what the store held changes one.</summary>
public sealed class SameBytesTests : IAsyncLifetime
{
    private static readonly string[] s_names = ["bag", "cnn"];
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _checkpoints = [];
    private byte[] _wanted = [];
    private long _asked;

    /// <summary>Two teachers, and the student that learns from them where nothing is kept.</summary>
    public async ValueTask InitializeAsync()
    {
        await using TinySilo silo = await StartAsync("first");
        foreach ((string name, string kind) in s_names.Zip(["bag-of-embeddings", "text-cnn"]))
        {
            _checkpoints.Add((await silo.TeacherAsync(name, kind)).Checkpoint);
        }

        Run run = await silo.RunAsync(Text(s_names, store: "none"));
        (_wanted, _asked) = (Weights(run), run.Students[0].TeacherRows);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("one row at a time, every second row", 1, 2)]
    [InlineData("seven rows at a time, the later half, backwards", 7, -1)]
    [InlineData("thirty-three rows at a time, all of them in another order", 33, 0)]
    public async Task It_does_not_depend_on_how_teachers_were_asked_nor_on_what_the_store_held(string how, int rows, int which)
    {
        await using TinySilo silo = await StartAsync("other", o => o with { Linger = TimeSpan.FromMilliseconds(rows % 3), Lanes = 2 });
        await DeployAsync(silo);
        string recipe = Text(s_names);
        await using (RunContext context = await silo.Silo.Services.GetRequiredService<RunContextFactory>().CreateAsync(RecipeReader.Read(recipe, how), null, _ => Task.CompletedTask, CancellationToken.None))
        {
            int[] all = [.. Enumerable.Range(0, context.Train.Count)];
            int[] some = which switch
            {
                2 => [.. all.Where(i => i % 2 == 1)],
                -1 => [.. all.Skip(all.Length / 2).Reverse()],
                _ => [.. all.OrderBy(i => (i * 7919) % all.Length)],
            };
            int[][] requests = [.. some.Chunk(rows)];
            using ISoftTargetStream stream = context.TrainTargets!.Open(requests, CancellationToken.None);
            foreach (int[] _ in requests)
            {
                stream.Take();
            }
        }

        Run first = await silo.RunAsync(recipe), warm = await silo.RunAsync(recipe);

        long asked = first.Students[0].TeacherRows;
        Assert.True(which == 0 ? asked == 0 : asked > 0 && asked < _asked, $"{how}: {asked} of {_asked} rows were computed");
        Assert.Equal(0, warm.Students[0].TeacherRows);
        Assert.Equal(_wanted, Weights(first));
        Assert.Equal(_wanted, Weights(warm));
    }

    [Fact]
    public async Task It_does_not_depend_on_whether_teachers_are_here_or_elsewhere_nor_on_the_threads_that_answer()
    {
        await using TinySilo there = await StartAsync("there", o => o with { Lanes = 3, Linger = TimeSpan.Zero });
        await DeployAsync(there);
        await using TinySilo learner = await StartAsync("learner");
        string[] far = [.. s_names.Select(n => $"{n}@{there.Silo.Address}")];

        Run cold = await learner.RunAsync(Text(far)), warm = await learner.RunAsync(Text(far)), without = await learner.RunAsync(Text(far, store: "none"));

        Assert.Equal(_asked, cold.Students[0].TeacherRows);
        Assert.Equal(0, warm.Students[0].TeacherRows);
        Assert.All([cold, warm, without], run => Assert.Equal(_wanted, Weights(run)));
    }

    private Task<TinySilo> StartAsync(string home, Func<KdCluster.Cluster.KdClusterOptions, KdCluster.Cluster.KdClusterOptions>? change = null) =>
        TinySilo.StartAsync(_folder, o => (change?.Invoke(o) ?? o) with { Home = _folder.File(home) });

    private async Task DeployAsync(TinySilo silo)
    {
        foreach ((string name, string checkpoint) in s_names.Zip(_checkpoints))
        {
            await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = name, Checkpoint = checkpoint });
        }
    }

    private string Text(string[] teachers, string? store = null) => TinyTask.Recipe(_folder.Path, "same", "text-cnn", teachers, r =>
    {
        r["weighting"] = new JsonObject { ["kind"] = "reinforced", ["studentWarmup"] = 5, ["policyWarmup"] = 5, ["episode"] = 4 };
        if (store is not null)
        {
            r["store"] = store;
        }
    });

    private static byte[] Weights(Run run)
    {
        Assert.Equal(RunState.Succeeded, run.State);
        return File.ReadAllBytes(Path.Combine(run.Students[0].Checkpoint, "model.safetensors"));
    }
}
