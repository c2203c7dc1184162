using KdCluster.Cluster.Teachers.Backends;
using KdCluster.Grains;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using KdCluster.Learning.Torch;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Cli;
using KdCluster.Tests.Support;
using KdCluster.V1;
using TorchSharp;
using ElementType = KdCluster.SoftTargets.ElementType;
using Precision = KdCluster.Teachers.Precision;

namespace KdCluster.Tests.Teachers.Backends;

public sealed class NativePrecisionTests
{
    private const int Rows = 32, Length = 16;
    private static readonly WordTokenizer s_tokenizer = new([.. WordTokenizer.SpecialTokens, .. Enumerable.Range(4, 96).Select(i => $"w{i}")], Length);

    [Fact]
    public void Rows_of_bf16_are_never_those_of_f32_whose_keys_stay()
    {
        using TemporaryFolder folder = new();
        Save(folder, "transformer");
        using ITeacherBackend single = Load(folder, Precision.F32), half = Load(folder, Precision.Bf16), again = Load(folder, Precision.Bf16);
        Assert.Equal(CheckpointFingerprint.Compute(folder.File("model"), [.. single.Outputs.Select(o => o.Name)]), single.Fingerprints);
        Assert.Equal(half.Fingerprints, again.Fingerprints);
        Assert.Empty(half.Fingerprints.Intersect(single.Fingerprints));
        Assert.Equal(half.Fingerprints.Count, half.Fingerprints.Distinct().Count());
        Assert.Equal((Precision.F32, Precision.Bf16, single.Parameters), (single.Precision, half.Precision, half.Parameters));
        Assert.InRange(half.Bytes, single.Bytes / 2, single.Bytes * 0.6);
        string[] outputs = [.. single.Outputs.Select(o => o.Name)];
        InstanceView[] rows = [.. Enumerable.Range(0, Rows).Select(i => new InstanceView([2, 4 + i, 5 + i]))];
        Dictionary<string, float[]> right = single.Forward(rows, Length, Rows, outputs), near = half.Forward(rows, Length, Rows, outputs);
        Assert.All(outputs, o => Assert.Equal(right[o].Length, near[o].Length));
        Assert.NotEqual(right["logits"], near["logits"]);
        Assert.All(right["logits"].Zip(near["logits"]), p => Assert.Equal(p.First, p.Second, 0.05));
        Assert.Equal(near["logits"], again.Forward(rows, Length, Rows, ["logits"])["logits"]);
    }

    [Fact]
    public void Auto_measures_where_the_device_has_instructions_and_says_what_it_found()
    {
        using TemporaryFolder folder = new();
        Save(folder, "transformer");
        (Precision precision, string reason, torch.ScalarType weights) = Decided(folder, Precision.Auto, fast: true);
        Assert.Equal((Precision.Bf16, torch.ScalarType.BFloat16), (precision, weights));
        Assert.Matches(@"^bf16 adds a KL of \d\.\de-\d nats to the answers to 64 probe instances; the bound is 1\.0e-3\.$", reason);
        Assert.Equal((Precision.F32, "the device has no instructions for bf16.", torch.ScalarType.Float32), Decided(folder, Precision.Auto, fast: false));
        Assert.Equal((Precision.Bf16, "as deployed, though the device has no instructions for it.", torch.ScalarType.BFloat16), Decided(folder, Precision.Bf16, fast: false));

        // Weights that differ by less than bf16 can tell: what it rounds off decides the answers.
        Save(folder, "transformer", offset: 100);
        (precision, reason, weights) = Decided(folder, Precision.Auto, fast: true);
        Assert.Equal((Precision.F32, torch.ScalarType.Float32), (precision, weights));
        Assert.Matches(@"^bf16 adds a KL of \d\.\de[+-]\d nats", reason);
        using ITeacherBackend alike = Load(folder, Precision.Auto), single = Load(folder, Precision.F32);
        Assert.Equal(single.Fingerprints, alike.Fingerprints);
        Assert.Equal(single.Forward([new InstanceView([2, 5])], Length, Rows, ["logits"])["logits"], alike.Forward([new InstanceView([2, 5])], Length, Rows, ["logits"])["logits"]);
    }

    [Theory]
    [InlineData("bilstm", "the recurrent layers of a bilstm are computed in single precision.")]
    [InlineData("bag-of-embeddings", "a bag-of-embeddings gains little time by bf16, or none.")]
    public void Auto_stays_with_f32_where_bf16_does_not_work_or_does_not_pay(string kind, string reason)
    {
        using TemporaryFolder folder = new();
        Save(folder, kind);
        using ITeacherBackend decided = Load(folder, Precision.Auto);
        Assert.Equal((Precision.F32, reason), (decided.Precision, decided.PrecisionReason));
    }

    [Fact]
    public void What_cannot_be_computed_in_bf16_is_refused()
    {
        using TemporaryFolder folder = new();
        Save(folder, "bilstm");
        KdException refused = Assert.Throws<KdException>(() => Load(folder, Precision.Bf16));
        Assert.Equal("KD1326", refused.Code);
        Assert.Contains("recurrent", refused.Message, StringComparison.Ordinal);
        Save(folder, "transformer");
        Assert.Equal("KD1326", Assert.Throws<KdException>(() => Load(folder, Precision.Bf16, d => d with { Compile = true })).Code);
        using ITeacherBackend compiled = Load(folder, Precision.Auto, d => d with { Compile = true });
        Assert.Equal(Precision.F32, compiled.Precision);
    }

    [Fact]
    public void A_replica_is_told_and_decides_nothing()
    {
        using TemporaryFolder folder = new();
        Save(folder, "transformer");
        using ITeacherBackend single = Load(folder, Precision.Auto, d => d with { Numerics = new TeacherNumerics { Precision = Precision.F32, PrecisionReason = "so it was." } });
        using ITeacherBackend half = Load(folder, Precision.Auto, d => d with { Numerics = new TeacherNumerics { Precision = Precision.Bf16, PrecisionReason = "so it was." } });
        Assert.Equal([(Precision.F32, "so it was."), (Precision.Bf16, "so it was.")], new[] { single, half }.Select(b => (b.Precision, b.PrecisionReason)));
    }

    [Fact]
    public async Task A_teacher_keeps_what_was_decided_when_it_was_deployed()
    {
        using TemporaryFolder folder = new();
        string[] single, half;
        await using (TinySilo silo = await TinySilo.StartAsync(folder))
        {
            Teacher f32 = await silo.TeacherAsync("small", "transformer");
            Teacher bf16 = await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "small", Checkpoint = f32.Checkpoint, Precision = V1.Precision.Bf16 });
            (single, half) = ([.. f32.Outputs.Select(o => o.TeacherFingerprint)], [.. bf16.Outputs.Select(o => o.TeacherFingerprint)]);
            Assert.Equal((V1.Precision.F32, V1.Precision.Bf16), (f32.Precision, bf16.Precision));
        }

        await using TinySilo again = await TinySilo.StartAsync(folder);
        Teacher kept = await again.Client.Teachers.DescribeAsync(new DescribeTeacherRequest { Name = "small" });
        Assert.Equal(V1.Precision.Bf16, kept.Precision);
        Assert.Equal(half, kept.Outputs.Select(o => o.TeacherFingerprint));
        DescribeTeacherRequest former = new() { Name = "small" };
        former.Fingerprints.AddRange(single);
        Assert.Equal(V1.Precision.F32, (await again.Client.Teachers.DescribeAsync(former)).Precision);
        CliHarness kd = new();
        Assert.True(await kd.RunAsync("teacher", "show", "small", "--silo", again.Silo.Address) == 0, kd.Error);
        Assert.Contains("Precision bf16", kd.Output, StringComparison.Ordinal);
        Assert.Contains("1 of 1 replicas serve", kd.Output, StringComparison.Ordinal);
        CliHarness both = new();
        Assert.NotEqual(0, await both.RunAsync("teacher", "deploy", "small", "--checkpoint", kept.Checkpoint, "--compile", "--precision", "bf16", "--silo", again.Silo.Address));
        Assert.Contains("KD1326", both.Error, StringComparison.Ordinal);
    }

    private static void Save(TemporaryFolder folder, string kind, double offset = 0)
    {
        ModelSpec spec = new() { Kind = kind, Embedding = 32, Hidden = 64, Layers = 2, Heads = 4 };
        using Model model = ModelFactory.Create(s_tokenizer.ShapeOf(spec, 3), seed: 1);
        using (torch.no_grad())
        using (torch.NewDisposeScope())
        {
            torch.Tensor classifier = model.named_parameters().Single(p => p.name == "classifier.weight").parameter;
            classifier.copy_(classifier.add(torch.full(1, (float)offset)));
        }

        Checkpoint.Save(folder.File("model"), model, s_tokenizer, new LabelSpace(["a", "b", "c"]), new CheckpointInfo { Name = kind });
    }

    // On a processor with or without the instructions, whichever this one is.
    private static (Precision Precision, string Reason, torch.ScalarType Weights) Decided(TemporaryFolder folder, Precision precision, bool fast)
    {
        TeacherDeployment deployment = new(folder.File("model"), "cpu", ElementType.Float32) { Precision = precision };
        (Checkpoint checkpoint, Precision decided, string reason) = NativePrecision.Load(deployment, TorchRuntime.ParseDevice("cpu"), _ => fast);
        torch.ScalarType weights = checkpoint.Model.named_parameters().Single(p => p.name == "classifier.weight").parameter.dtype;
        NativeBackend.Release(checkpoint.Model);
        return (decided, reason, weights);
    }

    private static ITeacherBackend Load(TemporaryFolder folder, Precision precision, Func<TeacherDeployment, TeacherDeployment>? change = null)
    {
        TeacherDeployment deployment = new(folder.File("model"), "cpu", ElementType.Float32) { Precision = precision };
        return TeacherBackends.Load(change?.Invoke(deployment) ?? deployment);
    }
}
