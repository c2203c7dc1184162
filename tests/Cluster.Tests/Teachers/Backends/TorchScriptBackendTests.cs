using KdCluster.Cluster.Silos.Placement;
using KdCluster.Cluster.Teachers.Backends;
using KdCluster.Grains;
using KdCluster.Instances;
using KdCluster.Learning.Text;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Teachers.Backends;

public sealed class TorchScriptBackendTests : IDisposable
{
    private const string IdsAndMask = "input_ids: Tensor, attention_mask: Tensor) -> Tensor";

    private static readonly string[] s_sums = ["x = torch.mul(torch.sum(torch.add(torch.mul(input_ids, 10), attention_mask), [1], True), 1.)", "return torch.mul(x, self.w)"];

    private readonly TemporaryFolder _folder = new();

    public TorchScriptBackendTests()
    {
        File.WriteAllText(_folder.File("config.json"), """{ "id2label": { "0": "no", "1": "yes" } }""");
        File.WriteAllBytes(_folder.File("tokenizer.json"), new WordTokenizer([.. WordTokenizer.SpecialTokens, .. Enumerable.Range(4, 96).Select(i => $"w{i}")], 16).ToBytes());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_row_has_the_same_numbers_wherever_it_stands()
    {
        Write([1, 2], IdsAndMask, s_sums);
        using ITeacherBackend model = Load();
        Assert.Equal(("torchscript", 2L, new FileInfo(_folder.File("model.pt")).Length), (model.Kind, model.Parameters, model.Bytes));
        Assert.Equal(model.Bytes, ModelBytes.Of(_folder.Path));
        Assert.Equal(["no", "yes"], model.Labels.Names);
        Assert.Equal([("logits", 2)], model.Outputs.Select(o => (o.Name, o.Shape.Dimensions[0])));
        long live = TorchSharp.DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        InstanceView[] rows = [new([2, 5, 7]), new([9]), new([.. Enumerable.Range(4, 16)])];
        for (int i = 0; i < 4; i++)   // the interpreter of TorchScript watches first, and optimises then
        {
            float[] logits = model.Forward(rows, 16, 4, ["logits"])["logits"];
            Assert.Equal([143f, 286, 91, 182, 1856, 3712, 1, 2], logits);
            Assert.Equal(logits[..2], model.Forward([rows[0]], 16, 4, ["logits"])["logits"][..2]);
        }

        Assert.Equal(live, TorchSharp.DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Parts_of_a_tuple_are_mapped_by_their_places()
    {
        string[] both = [.. s_sums[..1], "states = torch.mul(torch.unsqueeze(input_ids, 2), self.w)", "return (x, torch.mul(x, self.w), [states, states])"];
        Write([1, 2], "attention_mask: Tensor, input_ids: Tensor) -> Tuple[Tensor, Tensor, List[Tensor]]", both);
        using ITeacherBackend model = Load(Names(["input_ids=1", "attention_mask=0"], ["logits=1", "embedding=0", "hidden.1=2.1"]));
        Dictionary<string, float[]> answers = model.Forward([new InstanceView([2, 5])], 8, 1, ["logits", "embedding", "hidden.1"]);
        Assert.Equal([72f, 144], answers["logits"]);
        Assert.Equal([72f], answers["embedding"]);
        Assert.Equal([2f, 4, 5, 10, 0, 0], answers["hidden.1"][..6]);
        using ITeacherBackend crossed = Load(Names([], ["logits=1"]));
        Assert.NotEqual(model.Fingerprints[0], crossed.Fingerprints[0]);
    }

    [Fact]
    public void Another_file_is_another_teacher()
    {
        Write([1, 2], IdsAndMask, s_sums);
        string[] one = Fingerprints(), again = Fingerprints();
        Assert.Equal(one, again);
        Write([1, 3], IdsAndMask, s_sums);
        Assert.NotEqual(one, Fingerprints());
    }

    [Theory]
    [InlineData("forward takes no input", ") -> Tensor", "return self.w")]
    [InlineData("it cannot be computed for 2 rows", "ids: Tensor, mask: Tensor, types: Tensor, more: Tensor) -> Tensor", "return torch.mul(ids, more)")]
    [InlineData("it cannot be computed for 2 rows", "ids: Tensor) -> Dict[str, Tensor]", "return {\"logits\": self.w}")]
    [InlineData("it cannot be computed for 2 rows", "ids: Tensor) -> Tensor", "return torch.index(self.w, [ids])")]
    [InlineData("its output 0 [open, open] cannot be logits", "ids: Tensor) -> Tensor", "return torch.mul(ids, 1.)")]
    [InlineData("its output 0 (not float32) [open, 1] cannot be logits", "ids: Tensor) -> Tensor", "return torch.sum(ids, [1], True)")]
    [InlineData("its output 0 [2] cannot be logits", "ids: Tensor) -> Tensor", "return self.w")]
    [InlineData("no output is the answer", "ids: Tensor) -> int", "return 3")]
    [InlineData("has 1 number(s), and config.json names 2", "ids: Tensor) -> Tensor", "return torch.mul(torch.sum(ids, [1], True), 1.)")]
    public void What_does_not_fit_is_refused(string why, string signature, string line)
    {
        Write([1, 2], signature, line);
        KdException refused = Assert.Throws<KdException>(() => Load());
        Assert.Equal("KD1244", refused.Code);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_never_reaches_libtorch()
    {
        Write([1, 2], IdsAndMask, s_sums);
        byte[] whole = File.ReadAllBytes(_folder.File("model.pt"));
        int code = whole.AsSpan().IndexOf("torch.add"u8), data = whole.AsSpan().IndexOf((byte[])[0, 0, 128, 63, 0, 0, 0, 64]);
        foreach (byte[] damaged in (byte[][])[Array.Empty<byte>(), whole[..40], whole[..^30], [.. whole[..code], (byte)'T', .. whole[(code + 1)..]], [.. whole[..data], 1, .. whole[(data + 1)..]]])
        {
            File.WriteAllBytes(_folder.File("model.pt"), damaged);
            Assert.Contains("damaged", Refused("KD1244"), StringComparison.Ordinal);
        }

        Zip("m/data.pkl", "m/data/0");
        Assert.Contains("torch.save", Refused("KD1244"), StringComparison.Ordinal);
        Zip("m/models/model.json");
        Assert.Contains("torch.export", Refused("KD1244"), StringComparison.Ordinal);
        File.Move(_folder.File("model.pt"), _folder.File("a.pt"));
        File.WriteAllText(_folder.File("b.pt"), "");
        Assert.Contains("there are a.pt, b.pt", Refused("KD1244"), StringComparison.Ordinal);
        Assert.Contains("already", Refused("KD1243", compile: true), StringComparison.Ordinal);
        Assert.Equal("KD1326", Assert.Throws<KdException>(() => TeacherBackends.Load(new TeacherDeployment(_folder.Path, "cpu", ElementType.Float32) { Precision = Precision.Bf16 }, tried: true)).Code);

        void Zip(params string[] parts)
        {
            using FileStream stream = File.Create(_folder.File("model.pt"));
            using System.IO.Compression.ZipArchive zip = new(stream, System.IO.Compression.ZipArchiveMode.Create);
            Array.ForEach(parts, p => zip.CreateEntry(p));
        }
    }

    /// <summary>libtorch does not throw here, it ends the process.</summary>
    [Fact]
    public void A_program_that_libtorch_cannot_compile_ends_another_process()
    {
        Write([1, 2], IdsAndMask, s_sums);
        using (ITeacherBackend good = Load(tried: false))
        {
            Assert.Equal("torchscript", good.Kind);
        }

        Write([1, 2], IdsAndMask, "return torch.nothing(input_ids)");
        KdException refused = Assert.Throws<KdException>(() => Load(tried: false));
        Assert.Equal("KD1244", refused.Code);
        Assert.Contains("libtorch ends the process that loads it: Unknown builtin op: aten::nothing", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_mapping_is_refused()
    {
        Write([1, 2], IdsAndMask, s_sums);
        KdException refused = Assert.Throws<KdException>(() => Load(Names(["input_ids=2", "pixels=0"], [])));
        Assert.Equal(["the model has no input 2.", "no input is called pixels here."], refused.Errors.Select(e => e.What));
        Assert.Equal("KD1243", Assert.Throws<KdException>(() => Load(Names(["input_ids=1"], []))).Code);
        Assert.Equal("KD1243", Assert.Throws<KdException>(() => Load(Names([], ["embedding=7"]))).Code);
    }

    private static TensorNames Names(string[] inputs, string[] outputs) => new(Pairs(inputs), Pairs(outputs));

    private static Dictionary<string, string> Pairs(string[] pairs) => pairs.Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);

    private void Write(float[] weight, string signature, params string[] lines) => TorchScriptWriter.Write(_folder.File("model.pt"), weight, signature, lines);

    private string[] Fingerprints()
    {
        using ITeacherBackend model = Load();
        return [.. model.Fingerprints];
    }

    private string Refused(string code, bool compile = false)
    {
        KdException refused = Assert.Throws<KdException>(() => Load(compile: compile));
        Assert.Equal(code, refused.Code);
        return refused.Message;
    }

    private ITeacherBackend Load(TensorNames? names = null, bool compile = false, bool tried = true) => TeacherBackends.Load(new TeacherDeployment(_folder.Path, "cpu", ElementType.Float32) { Names = names, Compile = compile }, tried);
}
