using KdCluster.Cluster;
using KdCluster.Cluster.Devices;
using KdCluster.Cluster.Teachers;
using KdCluster.Grains;
using KdCluster.SoftTargets;
using KdCluster.Tests.Support;
using KdCluster.Tests.Support.Simulation;
using KdCluster.V1;
using Microsoft.Extensions.Logging.Abstractions;
using ElementType = KdCluster.SoftTargets.ElementType;
using OutputKind = KdCluster.V1.OutputKind;

namespace KdCluster.Tests.Teachers;

public class TeacherVersionTests
{
    [Fact]
    public async Task A_run_that_began_with_a_version_ends_with_it_while_new_ones_get_the_new_one()
    {
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { Store = "none" });
        Teacher first = await silo.TeacherAsync("bag");
        SoftTargetReply before = await silo.Client.Teachers.GetAsync(Ask(first));
        Teacher second = await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "bag", Checkpoint = await OtherAsync(silo) });

        Assert.NotEqual(first.Outputs, second.Outputs);
        Assert.Equal(before.Rows, (await silo.Client.Teachers.GetAsync(Ask(first))).Rows);
        Assert.NotEqual(before.Rows, (await silo.Client.Teachers.GetAsync(Ask(second))).Rows);
        Assert.Equal(second.Outputs, (await silo.Client.Teachers.DescribeAsync(new DescribeTeacherRequest { Name = "bag" })).Outputs);
        DescribeTeacherRequest former = new() { Name = "bag" };
        former.Fingerprints.AddRange(first.Outputs.Select(o => o.TeacherFingerprint));
        Assert.Equal(first.Outputs, (await silo.Client.Teachers.DescribeAsync(former)).Outputs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_model_in_another_encoding_is_another_version(bool restart)
    {
        using TemporaryFolder folder = new();
        SoftTargetRequest half, full;
        SoftTargetReply before;
        TinySilo silo = await TinySilo.StartAsync(folder, o => o with { Store = "none" });
        try
        {
            Teacher first = await silo.TeacherAsync("bag");
            (half, full) = (Ask(first, V1.ElementType.Float16), Ask(first, V1.ElementType.Float32));
            before = await silo.Client.Teachers.GetAsync(half);
            await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "bag", Checkpoint = first.Checkpoint, Element = V1.ElementType.Float32 });
            if (restart)
            {
                await silo.DisposeAsync();
                silo = await TinySilo.StartAsync(folder, o => o with { Store = "none" });
            }

            Assert.Equal(before.Rows, (await silo.Client.Teachers.GetAsync(half)).Rows);
            Assert.Equal(2 * before.Rows[0].Length, (await silo.Client.Teachers.GetAsync(full)).Rows[0].Length);
            KdException gone = await Assert.ThrowsAsync<KdException>(() => silo.Client.CallAsync(async () => await silo.Client.Teachers.GetAsync(Ask(first, V1.ElementType.Bfloat16))));
            Assert.Equal("KD1312", gone.Code);
        }
        finally
        {
            await silo.DisposeAsync();
        }
    }

    [Fact]
    public async Task Even_after_the_silo_was_started_anew()
    {
        using TemporaryFolder folder = new();
        SoftTargetRequest request;
        SoftTargetReply before;
        await using (TinySilo silo = await TinySilo.StartAsync(folder, o => o with { Store = "none" }))
        {
            request = Ask(await silo.TeacherAsync("bag"));
            before = await silo.Client.Teachers.GetAsync(request);
            await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "bag", Checkpoint = await OtherAsync(silo) });
        }

        await using TinySilo again = await TinySilo.StartAsync(folder, o => o with { Store = "none" });

        Assert.Equal(before.Rows, (await again.Client.Teachers.GetAsync(request)).Rows);
    }

    [Fact]
    public async Task A_former_version_leaves_the_device_when_nobody_holds_it_or_has_asked_it_for_a_while()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string first = (await silo.TeacherAsync("bag")).Checkpoint, second = await OtherAsync(silo);
        VirtualTime time = new();
        KdClusterOptions options = new() { Home = silo.Home, Lanes = 1 };
        await using DeviceWorkers workers = new(options, NullLogger<DeviceWorkers>.Instance);
        await using TeacherRegistry registry = new(workers, new NullStore(), options, time, NullLogger<TeacherRegistry>.Instance);
        TeacherHost former = await registry.LoadAsync("bag", new TeacherDeployment(first, "cpu", ElementType.Float16), CancellationToken.None);
        TeacherLease lease = former.Lease();
        TeacherHost newest = await registry.LoadAsync("bag", new TeacherDeployment(second, "cpu", ElementType.Float16), CancellationToken.None);

        Pass(time, TimeSpan.FromHours(5));
        Assert.Same(former, registry.Find("bag", TeacherVersionKey.Of(former.Description)));
        lease.Dispose();
        Pass(time, TimeSpan.FromSeconds(20));
        Assert.Same(former, registry.Find("bag", TeacherVersionKey.Of(former.Description)));
        Pass(time, TimeSpan.FromSeconds(40));

        Assert.Null(registry.Find("bag", TeacherVersionKey.Of(former.Description)));
        Assert.Same(newest, registry.Find("bag"));
    }

    [Fact]
    public async Task What_is_no_device_gets_no_worker()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string checkpoint = (await silo.TeacherAsync("bag")).Checkpoint;
        KdClusterOptions options = new() { Home = silo.Home, Lanes = 1 };
        await using DeviceWorkers workers = new(options, NullLogger<DeviceWorkers>.Instance);
        await using TeacherRegistry registry = new(workers, new NullStore(), options, TimeProvider.System, NullLogger<TeacherRegistry>.Instance);

        await Assert.ThrowsAsync<KdException>(() => registry.LoadAsync("bag", new TeacherDeployment(checkpoint, "toaster", ElementType.Float16), CancellationToken.None));

        Assert.Equal(["cpu"], workers.Devices);
    }

    private static void Pass(VirtualTime time, TimeSpan by)
    {
        TimeSpan end = time.Now + by;
        while (time.Now < end && time.Jump())
        {
        }
    }

    private static async Task<string> OtherAsync(TinySilo silo)
    {
        Run run = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, "other", change: r => r["training"]!["seeds"] = new System.Text.Json.Nodes.JsonArray(9)));
        return run.Students[0].Checkpoint;
    }

    private static SoftTargetRequest Ask(Teacher teacher, V1.ElementType element = V1.ElementType.Unspecified)
    {
        SoftTargetRequest request = new() { Teacher = teacher.Name, Tokenizer = teacher.Tokenizer, Element = element };
        request.Kinds.Add(OutputKind.Logits);
        request.Fingerprints.Add(teacher.Outputs.Single(o => o.Kind == OutputKind.Logits).TeacherFingerprint);
        request.Lengths.AddRange([3, 2]);
        request.Ids.AddRange([5, 6, 7, 8, 9]);
        return request;
    }
}
