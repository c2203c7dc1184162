using KdCluster.Client;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Teachers;

public class LostTeacherTests
{
    [Fact]
    public async Task A_run_outlives_the_restart_of_its_teachers_silo_and_ends_with_the_same_bytes()
    {
        using TemporaryFolder folder = new();
        await using TinySilo learner = await TinySilo.StartAsync(change: o => o with { Store = "none" });
        TinySilo there = await TinySilo.StartAsync(folder, o => o with { Store = "none" });
        await there.TeacherAsync("far");
        string address = there.Silo.Address;
        string recipe = TinyTask.Recipe(folder.Path, teachers: [$"far@{address}"], change: r =>
        {
            r["training"]!["epochs"] = 4;
            r["training"]!["prefetch"] = 1;
        });
        Run undisturbed = await learner.RunAsync(recipe);

        RunHandle handle = await learner.Client.StartAsync(recipe);
        await foreach (Run run in handle.WatchAsync())
        {
            if (run.State == RunState.Running)
            {
                break;
            }
        }

        await there.DisposeAsync();
        there = await TinySilo.StartAsync(folder, o => o with { Store = "none", Url = address });
        Run outlived = await handle.ResultAsync();
        await there.DisposeAsync();

        Assert.Equal(RunState.Succeeded, outlived.State);
        Assert.Equal(Weights(undisturbed), Weights(outlived));
    }

    [Fact]
    public async Task A_teacher_nobody_serves_fails_the_run_with_its_address()
    {
        await using TinySilo silo = await TinySilo.StartAsync();

        KdException failed = await Assert.ThrowsAsync<KdException>(() => silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, teachers: ["far@http://127.0.0.1:9"])));

        Assert.Equal("KD1306", failed.Code);
        Assert.Contains("127.0.0.1:9", failed.Message, StringComparison.Ordinal);
    }

    private static byte[] Weights(Run run) => File.ReadAllBytes(Path.Combine(run.Students[0].Checkpoint, "model.safetensors"));
}
