using System.Text;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using KdCluster.SoftTargets;
using KdCluster.Tests.Data;
using KdCluster.Tests.Models;
using KdCluster.Tests.Text;
using TorchSharp;

namespace KdCluster.Tests.Checkpoints;

public sealed class CheckpointTests : TensorScope
{
    private static readonly LabelSpace Labels = new(["no", "maybe", "yes \"really\""]);

    private static readonly WordTokenizer Tokenizer = WordTokenizer.Build(
        Enumerable.Range(0, 600).Select(i => new TextRow(Spelled(i), Spelled(i), 0)), ModelCases.Vocabulary, ModelCases.MaxLength);

    private static readonly CheckpointInfo Info = new()
    {
        Name = "small: \"one\"",
        Data = "Invented words.",
        Metrics = new Dictionary<string, double> { ["validation.accuracy"] = 0.75, ["unknown"] = double.NaN },
        RecipeHash = "abc",
        Versions = new Dictionary<string, string> { ["libtorch"] = "x" },
    };

    public static TheoryData<string> Kinds => ModelCases.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_loaded_model_answers_with_the_same_bits(string kind)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "model");
        using Model model = ModelCases.Create(kind);
        Checkpoint.Save(path, model, Tokenizer, Labels, Info);
        Checkpoint loaded = Checkpoint.Load(path);
        using Model again = loaded.Model;
        model.eval();
        using var off = torch.no_grad();
        torch.Tensor ids = ModelCases.Collate(model, ModelCases.Rows(32, 24, seed: 2), 24);
        ModelOutput expected = model.call(ids), found = again.call(ids);
        Assert.Equal(expected.Logits.data<float>().ToArray(), found.Logits.data<float>().ToArray());
        Assert.Equal(expected.Embedding.data<float>().ToArray(), found.Embedding.data<float>().ToArray());
        Assert.False(again.training);
        Assert.Equal(Tokenizer.Hash, loaded.Encoder.Hash);
        Assert.Equal(Labels.Hash, loaded.Labels.Hash);
        Assert.Equal(Info.Metrics, loaded.Info.Metrics);
        Assert.Equal((Info.Name, Info.Data, Info.RecipeHash), (loaded.Info.Name, loaded.Info.Data, loaded.Info.RecipeHash));
    }

    [Fact]
    public void A_card_tells_of_unknown_words_only_where_there_can_be_any()
    {
        using var folder = new TemporaryFolder();
        var pieces = KdCluster.Learning.Text.Tokenizer.FromBytes(TokenizerFiles.Utf8(TokenizerFiles.WordPiece()), "tokenizer.json");
        using Model ours = ModelCases.Create("text-cnn"), shared = ModelFactory.Create(pieces.ShapeOf(ours.Spec, 3), 1);
        Checkpoint.Save(Path.Combine(folder.Path, "ours"), ours, Tokenizer, Labels, Info);
        Checkpoint.Save(Path.Combine(folder.Path, "shared"), shared, pieces, Labels, Info);
        Assert.Contains("knows the words of its training rows only", File.ReadAllText(Path.Combine(folder.Path, "ours", "README.md")), StringComparison.Ordinal);
        Assert.DoesNotContain("knows the words", File.ReadAllText(Path.Combine(folder.Path, "shared", "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_weights_give_the_same_files_and_replace_what_stood_there()
    {
        using var folder = new TemporaryFolder();
        using Model model = ModelCases.Create("text-cnn"), same = ModelCases.Create("text-cnn"), other = ModelCases.Create("text-cnn", seed: 8);
        string a = Path.Combine(folder.Path, "a"), b = Path.Combine(folder.Path, "b");
        Checkpoint.Save(a, model, Tokenizer, Labels, Info);
        Checkpoint.Save(b, other, Tokenizer, Labels, Info);
        File.WriteAllText(Path.Combine(b, "stale.txt"), "");
        Checkpoint.Save(b, same, Tokenizer, Labels, Info);
        Assert.Equal([a, b], Directory.GetFileSystemEntries(folder.Path).Order());
        string[] names = [.. Directory.GetFiles(a).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        Assert.Equal(["README.md", "config.json", "model.safetensors", "tokenizer.json"], names);
        Assert.Equal(names, Directory.GetFiles(b).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Equal(File.ReadAllBytes(Path.Combine(a, name)), File.ReadAllBytes(Path.Combine(b, name))));
    }

    [Fact]
    public void Fingerprints_follow_what_decides_answers_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        using Model model = ModelCases.Create("bag-of-embeddings"), dropped = ModelCases.Create("bag-of-embeddings", dropout: 0.3), other = ModelCases.Create("bag-of-embeddings", seed: 8);
        string Fingerprint(Model m, CheckpointInfo info, string output = OutputNames.Logits, Tokenizer? tokenizer = null)
        {
            string path = Path.Combine(folder.Path, "model");
            Checkpoint.Save(path, m, tokenizer ?? Tokenizer, Labels, info);
            return CheckpointFingerprint.Compute(path, output)[0];
        }

        string first = Fingerprint(model, Info);
        Assert.Equal(64, first.Length);
        Assert.Equal(first, Fingerprint(model, new CheckpointInfo { Name = "renamed" }));
        Assert.Equal(first, Fingerprint(dropped, Info));
        Assert.NotEqual(first, Fingerprint(model, Info, OutputNames.Embedding));
        Assert.NotEqual(first, Fingerprint(other, Info));
        Assert.Equal([Fingerprint(model, Info), Fingerprint(model, Info, OutputNames.Embedding)], CheckpointFingerprint.Compute(Path.Combine(folder.Path, "model"), OutputNames.Logits, OutputNames.Embedding));
        string[] words = [.. Tokenizer.Words.Take(4), .. Tokenizer.Words.Skip(4).Reverse()];
        Assert.NotEqual(first, Fingerprint(model, Info, tokenizer: new WordTokenizer(words, Tokenizer.MaxLength)));
        using (torch.no_grad())
            model.parameters().Last()[0].add_(1e-6f);
        Assert.NotEqual(first, Fingerprint(model, Info));
    }

    [Fact]
    public void Files_that_are_missing_or_do_not_fit_are_named()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "model");
        using Model model = ModelCases.Create("bilstm");

        void Fails(string code, string named, Action spoil)
        {
            Checkpoint.Save(path, model, Tokenizer, Labels, Info);
            spoil();
            KdException error = Assert.Throws<KdException>(() => Checkpoint.Load(path));
            Assert.Equal(code, error.Code);
            Assert.Contains(named, error.Message, StringComparison.Ordinal);
        }

        foreach (string name in (string[])["config.json", "model.safetensors", "tokenizer.json"])
            Fails("KD1202", name, () => File.Delete(Path.Combine(path, name)));
        Fails("KD1203", "model.safetensors", () => Edit("model.safetensors", bytes => bytes[..^1]));
        Fails("KD1204", "classifier.weight", () => Edit("model.safetensors", bytes => Replace(bytes, "classifier.weight", "classifier.wEight")));
        Fails("KD1204", "embedding.weight", () => Edit("config.json", bytes => Replace(bytes, "\"embedding\": 40", "\"embedding\": 41")));
        Fails("KD1204", "vocabulary", () => Edit("config.json", bytes => Replace(bytes, "\"vocab_size\": 5", "\"vocab_size\": 6")));
        Fails("KD1204", "label2id", () => Edit("config.json", bytes => Replace(bytes, "\"maybe\": 1", "\"maybe\": 2")));
        Fails("KD1204", "config.json", () => Edit("config.json", _ => "{}"u8.ToArray()));
        Fails("KD1212", "classifier.bias", () => Edit("model.safetensors", bytes => [.. bytes[..^4], 0, 0, 0xC0, 0x7F]));   // NaN
        Fails("KD1212", "classifier.bias", () => Edit("model.safetensors", bytes => [.. bytes[..^4], 0, 0, 0x80, 0xFF]));   // -infinity
        Fails("KD1207", "tokenizer.json", () => Edit("tokenizer.json", bytes => Replace(bytes, "Lowercase", "NFC")));
        Fails("KD1201", "cnn-text", () => Edit("config.json", bytes => Replace(bytes, "bilstm", "cnn-text")));
        Assert.Equal("KD1204", Assert.Throws<KdException>(() => Checkpoint.Save(path, model, Tokenizer, new LabelSpace(["a", "b"]), Info)).Code);

        void Edit(string name, Func<byte[], byte[]> change)
        {
            string file = Path.Combine(path, name);
            File.WriteAllBytes(file, change(File.ReadAllBytes(file)));
        }
    }

    private static byte[] Replace(byte[] bytes, string what, string with)
        => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace(what, with, StringComparison.Ordinal));

    // Letters only, so that each number is one word.
    private static string Spelled(int number) => string.Concat($"{number:000}".Select(digit => (char)('a' + digit - '0')));
}
