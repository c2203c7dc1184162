using KdCluster.Cluster;
using KdCluster.Cluster.Devices;
using KdCluster.Cluster.Teachers;
using KdCluster.Cluster.Teachers.Probes;
using KdCluster.Grains;
using KdCluster.SoftTargets;
using KdCluster.Tests.Support;
using KdCluster.V1;
using Microsoft.Extensions.Logging.Abstractions;
using ElementType = KdCluster.SoftTargets.ElementType;
using OutputKind = KdCluster.V1.OutputKind;

namespace KdCluster.Tests.Teachers;

/// <summary>Replicas that do not answer alike do not serve together. The difference is a real one: batches of another shape give other last digits.</summary>
public sealed class ReplicaProbeTests
{
    [Fact]
    public async Task What_the_first_replica_said_holds_after_a_restart_until_the_teacher_is_deployed_again()
    {
        using TemporaryFolder folder = new();
        string checkpoint;
        SoftTargetRequest request;
        await using (TinySilo first = await TinySilo.StartAsync(folder, o => o with { Store = "none" }))
        {
            Teacher teacher = await first.TeacherAsync("bag");
            (checkpoint, request) = (teacher.Checkpoint, new SoftTargetRequest { Teacher = "bag", Tokenizer = teacher.Tokenizer, Kinds = { OutputKind.Logits }, Ids = { 5, 6, 7 }, Lengths = { 3 } });
        }

        await using TinySilo other = await TinySilo.StartAsync(folder, o => o with { Store = "none", TeacherRows = 1 });
        KdException refused = await Assert.ThrowsAsync<KdException>(() => other.Client.CallAsync(async () => await other.Client.Teachers.GetAsync(request)));
        Assert.Equal("KD1325", refused.Code);
        Assert.Matches(@"logits by up to \d\.\de-\d of \d\.\de[+-]\d in \d+ numbers compared", refused.Errors[0].What);
        TeacherOverview shown = (await other.Client.Cluster.OverviewAsync(new OverviewRequest())).Teachers.Single();
        Assert.Empty(shown.Places);
        Assert.Equal("KD1325", shown.Trouble[0].Code);

        await other.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "bag", Checkpoint = checkpoint });
        Assert.NotEmpty((await other.Client.Teachers.GetAsync(request)).Rows[0].ToByteArray());
    }

    [Fact]
    public async Task One_that_differs_never_comes_into_the_registry()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        TeacherDeployment deployment = new((await silo.TeacherAsync("bag")).Checkpoint, "cpu", ElementType.Float16);
        KdClusterOptions options = new() { Home = silo.Home, Lanes = 1 };
        await using DeviceWorkers workers = new(options, NullLogger<DeviceWorkers>.Instance);
        await using TeacherRegistry registry = new(workers, new NullStore(), options, TimeProvider.System, NullLogger<TeacherRegistry>.Instance);
        TeacherNumerics numerics = (await registry.LoadAsync("bag", deployment, CancellationToken.None)).Deployment.Numerics!;
        Assert.Equal(numerics.Answers.Select(a => a.Digest), (await registry.LoadAsync("same", deployment with { Numerics = numerics }, CancellationToken.None)).Deployment.Numerics!.Answers.Select(a => a.Digest));

        ProbeAnswer embedding = numerics.Answers.Single(a => a.Output == OutputNames.Embedding);
        TeacherNumerics perturbed = numerics with { Answers = [.. numerics.Answers.Select(a => a == embedding ? a with { Digest = new string('0', 64), Numbers = [a.Numbers[0] + 0.5f, .. a.Numbers[1..]] } : a)] };
        KdException refused = await Assert.ThrowsAsync<KdException>(() => registry.LoadAsync("other", deployment with { Numerics = perturbed }, CancellationToken.None));

        Assert.Equal(ReplicaProbe.Refusal, refused.Code);
        Assert.Contains(": embedding by up to 5.0e-1 of ", refused.Errors[0].What, StringComparison.Ordinal);
        Assert.DoesNotContain("logits", refused.Errors[0].What, StringComparison.Ordinal);
        Assert.Null(registry.Find("other"));
        // A release with other libraries replaces one of which nothing serves any more.
        await Assert.ThrowsAsync<KdException>(() => registry.LoadAsync("other", deployment with { Numerics = perturbed with { Unserved = true } }, CancellationToken.None));
        await Assert.ThrowsAsync<KdException>(() => registry.LoadAsync("other", deployment with { Numerics = perturbed with { Runtime = "libtorch 2.9.0" } }, CancellationToken.None));
        TeacherHost renewed = await registry.LoadAsync("other", deployment with { Numerics = perturbed with { Runtime = "libtorch 2.9.0", Unserved = true } }, CancellationToken.None);
        Assert.Equal(numerics.Runtime, renewed.Deployment.Numerics!.Runtime);
    }
}
