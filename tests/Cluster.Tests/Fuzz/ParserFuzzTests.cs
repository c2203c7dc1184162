using System.IO.Compression;
using System.Text;
using KdCluster.Cluster.Teachers.Backends;
using KdCluster.Grains;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Onnx;
using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.Tests.Images;
using KdCluster.Tests.Support;
using Microsoft.ML.OnnxRuntime;

namespace KdCluster.Tests.Fuzz;

/// <summary>Damaged recipes, checkpoints, data sets and files of tokens: read, or refused with a code.</summary>
[Collection("fuzz")]
public class ParserFuzzTests
{
    private static readonly string[] CheckpointFiles = ["config.json", "model.safetensors", "tokenizer.json", "preprocessor_config.json", "model.safetensors.index.json", "one.safetensors", "two.safetensors"];

    [Fact]
    public async Task Recipes()
    {
        byte[][] whole =
        [
            Encoding.UTF8.GetBytes(TinyTask.Recipe("/data")),
            Encoding.UTF8.GetBytes(TinyTask.Recipe("/data", teachers: ["a", "b@http://h:1"], change: r => r["weighting"] = new System.Text.Json.Nodes.JsonObject { ["kind"] = "reinforced" })),
        ];
        await new FuzzRun("recipes").RunAsync(500, 50_000, random => FuzzRun.CodedAsync(() =>
        {
            byte[] bytes = new Mutator(random).Mutate(whole[random.Next(whole.Length)]);
            Recipe recipe = RecipeReader.Read(Encoding.UTF8.GetString(bytes), "fuzz");
            _ = RecipeHash.Of(RecipeReader.Read(RecipeWriter.Write(recipe), "again"));
            return Task.CompletedTask;
        }));
    }

    [Fact]
    public async Task Checkpoints()
    {
        using TemporaryFolder folder = new();
        string[] made = [.. new[] { "bag-of-embeddings", "text-cnn", "bilstm", "transformer" }.Select(kind => Make(folder.File(kind), kind))];
        made = [.. made, .. new[] { "mlp", "cnn", "resnet" }.Select(kind => MakeImage(folder.File(kind), kind))];
        made = [.. made, .. FamilySettings.Kinds.Select(kind => Make(folder.File(kind), kind)), Sharded(Make(folder.File("sharded"), "bert"))];
        Dictionary<string, byte[]> whole = made.SelectMany(f => CheckpointFiles.Select(n => Path.Combine(f, n)).Where(File.Exists)).ToDictionary(f => f, File.ReadAllBytes);
        string[] files = [.. whole.Keys];
        await new FuzzRun("checkpoints").RunAsync(300, 20_000, async random =>
        {
            string file = files[random.Next(files.Length)];
            await File.WriteAllBytesAsync(file, new Mutator(random).Mutate(whole[file]));
            try
            {
                return await FuzzRun.CodedAsync(() =>
                {
                    string at = Path.GetDirectoryName(file)!, kind = Path.GetFileName(at) == "sharded" ? "bert" : Path.GetFileName(at);
                    if (FamilySettings.Kinds.Contains(kind) && random.Next(2) == 0)
                    {
                        _ = new PretrainedFolder(at).Try(new ModelSpec { Kind = kind }, new LabelSpace(["x", "y"]));
                        return Task.CompletedTask;
                    }

                    using Model model = Checkpoint.Load(at).Model;
                    return Task.CompletedTask;
                });
            }
            finally
            {
                await File.WriteAllBytesAsync(file, whole[file]);
            }
        });
    }

    /// <summary>Damaged models as ONNX: refused, or they answer with as many numbers as they said, or the batch fails.</summary>
    [Fact]
    public async Task Onnx_models()
    {
        using TemporaryFolder folder = new();
        string[] made = [.. new[] { "bag-of-embeddings", "text-cnn", "bilstm", "transformer", "bert" }.Select(kind =>
        {
            Checkpoint checkpoint = Checkpoint.Load(Make(folder.File($"native-{kind}"), kind));
            using Model model = checkpoint.Model;
            OnnxFolder.Write(folder.File(kind), checkpoint);
            return folder.File(kind);
        })];
        Dictionary<string, byte[]> whole = made.SelectMany(f => new[] { "model.onnx", "config.json" }.Select(n => Path.Combine(f, n))).ToDictionary(f => f, File.ReadAllBytes);
        string[] files = [.. whole.Keys];
        await new FuzzRun("models as onnx").RunAsync(300, 20_000, async random =>
        {
            string file = files[random.Next(files.Length)];
            await File.WriteAllBytesAsync(file, new Mutator(random).Mutate(whole[file]));
            try
            {
                return await FuzzRun.CodedAsync(() =>
                {
                    using ITeacherBackend onnx = TeacherBackends.Load(new TeacherDeployment(Path.GetDirectoryName(file)!, "cpu", SoftTargets.ElementType.Float32));
                    try
                    {
                        _ = onnx.Forward([new InstanceView([2, 5, 6])], onnx.PaddedLength(3), 2, [.. onnx.Outputs.Select(o => o.Name)]);
                    }
                    catch (Exception e) when (e is OnnxRuntimeException or InvalidOperationException)
                    {
                        // A batch that fails: KD1311 to whoever asked.
                    }

                    return Task.CompletedTask;
                });
            }
            finally
            {
                await File.WriteAllBytesAsync(file, whole[file]);
            }
        });
    }

    /// <summary>Damaged TorchScript files: libtorch trusts what it reads, so a part that is not whole is told before. A part under another name may pass; the process that tries the file finds out.</summary>
    [Fact]
    public async Task TorchScript_files()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("model.pt");
        Dictionary<string, byte[]> parts = TorchScriptWriter.Write(file, [1, 2], "ids: Tensor, mask: Tensor) -> Tensor", "return torch.mul(torch.sum(torch.mul(ids, mask), [1], True), self.w)");
        HashSet<string> contents = [.. parts.Values.Select(Convert.ToHexString)];
        byte[] whole = await File.ReadAllBytesAsync(file);
        await new FuzzRun("torchscript files").RunAsync(2_000, 20_000, async random =>
        {
            await File.WriteAllBytesAsync(file, new Mutator(random).Mutate(whole));
            return await FuzzRun.CodedAsync(async () =>
            {
                if (TorchScriptFile.Fault(file) is { } fault)
                {
                    throw new KdException("KD1244", fault);
                }

                await using FileStream stream = File.OpenRead(file);
                await using ZipArchive zip = new(stream);
                foreach (ZipArchiveEntry entry in zip.Entries)
                {
                    await using Stream part = await entry.OpenAsync();
                    using MemoryStream bytes = new();
                    await part.CopyToAsync(bytes);
                    if (bytes.Length == 0)
                    {
                        continue;   // zeros in the place of size and checksum
                    }

                    Assert.Contains(Convert.ToHexString(bytes.ToArray()), contents);
                }
            });
        });
    }

    // The library that encodes ends the process on what it does not expect: this test would not end.
    [Fact]
    public async Task Tokenizers_of_other_makes()
    {
        using TemporaryFolder folder = new();
        string vocabulary = folder.File("vocab.txt"), config = folder.File("tokenizer_config.json"), json = folder.File("tokenizer.json");
        await File.WriteAllLinesAsync(vocabulary, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "word", "##s", "\u00e9", "!", .. Enumerable.Range(0, 30).Select(i => $"w{i}")]);
        await File.WriteAllTextAsync(config, """{"do_lower_case": true, "strip_accents": null, "model_max_length": 16, "tokenizer_class": "BertTokenizer", "pad_token": {"content": "[PAD]"}, "unk_token": "[UNK]"}""");
        Dictionary<string, byte[]> whole = new() { [vocabulary] = await File.ReadAllBytesAsync(vocabulary), [config] = await File.ReadAllBytesAsync(config), [json] = Tokenizer.FromFile(vocabulary).ToBytes() };
        await new FuzzRun("tokenizers of other makes").RunAsync(600, 40_000, async random =>
        {
            string file = whole.Keys.ElementAt(random.Next(whole.Count));
            await File.WriteAllBytesAsync(file, new Mutator(random).Mutate(whole[file]));
            try
            {
                return await FuzzRun.CodedAsync(() =>
                {
                    Tokenizer tokenizer = Tokenizer.FromFile(file == config ? vocabulary : file, 24);
                    foreach ((string text, string? pair) in ((string, string?)[])[("words w3 \u00e9!", null), ("[SEP] w1 \ud800 \u6771", "other \0 words"), ("", "")])
                    {
                        Assert.Null(tokenizer.Fault(tokenizer.Encode(text, pair)));
                    }

                    Assert.Equal(tokenizer.Hash, Tokenizer.FromBytes(tokenizer.ToBytes(), "again").Hash);
                    return Task.CompletedTask;
                });
            }
            finally
            {
                await File.WriteAllBytesAsync(file, whole[file]);
            }
        });
    }

    [Fact]
    public async Task Data_sets()
    {
        using TemporaryFolder folder = new();
        TinyTask.Write(folder.Path, 80);
        byte[] tsv = await File.ReadAllBytesAsync(folder.File("train.tsv"));
        string[] rows = Encoding.UTF8.GetString(tsv).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        byte[] csv = Encoding.UTF8.GetBytes(string.Join("\r\n", rows.Select(r => string.Join(',', r.Split('\t').Select(c => $"\"{c}\"")))));
        byte[] jsonl = Encoding.UTF8.GetBytes(string.Join('\n', rows.Skip(1).Select(r => $$"""{"text": "{{r.Split('\t')[0]}}", "label": {{r.Split('\t')[1]}}}""")));
        (string Name, byte[] Whole)[] sets = [("a.tsv", tsv), ("a.csv", csv), ("a.jsonl", jsonl), ("a.tsv.gz", Zipped(tsv))];
        await new FuzzRun("data sets").RunAsync(400, 20_000, random => FuzzRun.CodedAsync(async () =>
        {
            (string name, byte[] whole) = sets[random.Next(sets.Length)];
            byte[] bytes = name.EndsWith(".gz", StringComparison.Ordinal) && random.Next(2) == 0 ? Zipped(new Mutator(random).Mutate(tsv)) : new Mutator(random).Mutate(whole);
            await File.WriteAllBytesAsync(folder.File(name), bytes);
            TextData data = TextDataLoader.Load(new DataSpec { Train = name, MaxBadRows = random.Next(2), MaxLength = 16 }, folder.Path);
            _ = EncodedSplit.Encode(data.Train, WordTokenizer.Build(data.Train.Rows, 500, 16));
        }));
    }

    [Fact]
    public async Task Images()
    {
        using TemporaryFolder folder = new();
        byte[] pixels = [.. Enumerable.Range(0, 20 * 64).Select(i => (byte)(i * 7))];
        byte[] images = ImageFiles.Idx([20, 8, 8], pixels), labels = ImageFiles.Idx([20], [.. Enumerable.Range(0, 20).Select(i => (byte)(i % 2))]);
        byte[] cifar = [.. Enumerable.Range(0, 4).SelectMany(i => (byte[])[(byte)(i % 2), .. Enumerable.Repeat((byte)i, 3072)])];
        byte[] grey = ImageFiles.Png(8, 8, 1, pixels[..64]), colour = ImageFiles.Png(8, 8, 3, pixels[..192]);
        Directory.CreateDirectory(folder.File("png/a"));
        Directory.CreateDirectory(folder.File("png/b"));
        await File.WriteAllBytesAsync(folder.File("png/a/1.png"), grey);
        await File.WriteAllBytesAsync(folder.File("png/b/2.png"), grey);
        await new FuzzRun("images").RunAsync(400, 20_000, random => FuzzRun.CodedAsync(async () =>
        {
            Mutator mutator = new(random);
            DataSpec spec = new() { Train = "train-images-idx3-ubyte", MaxBadRows = random.Next(2) };
            switch (random.Next(4))
            {
                case 0:
                    await File.WriteAllBytesAsync(folder.File(spec.Train), random.Next(2) == 0 ? Zipped(mutator.Mutate(images)) : mutator.Mutate(images));
                    await File.WriteAllBytesAsync(folder.File("train-labels-idx1-ubyte"), random.Next(2) == 0 ? labels : mutator.Mutate(labels));
                    break;
                case 1:
                    spec = spec with { Train = "a.bin", Labels = random.Next(2) == 0 ? ["x", "y"] : null };
                    await File.WriteAllBytesAsync(folder.File("a.bin"), mutator.Mutate(cifar));
                    break;
                default:
                    spec = spec with { Train = "png" };
                    await File.WriteAllBytesAsync(folder.File("png/a/3.png"), mutator.Mutate(random.Next(2) == 0 ? grey : colour));
                    break;
            }

            ImageData data = ImageDataLoader.Load(spec, folder.Path);
            _ = data.Encode(DataSplit.Train, data.StudentEncoder(spec, []));
            _ = data.Profile(0).ToString();
        }));
    }

    [Fact]
    public async Task Files_of_tokens()
    {
        using TemporaryFolder folder = new();
        Security.Tokens tokens = new(folder.Path);
        byte[] whole = await File.ReadAllBytesAsync(tokens.File);
        await new FuzzRun("files of tokens").RunAsync(300, 20_000, random => FuzzRun.CodedAsync(() =>
        {
            Cluster.Security.TokenBook book = Cluster.Security.TokenFile.Parse(new Mutator(random).Mutate(whole), "tokens.json");
            Assert.Null(book.Find("kdt_op." + new string('A', 43), DateTimeOffset.UtcNow));
            return Task.CompletedTask;
        }));
    }

    private static string Make(string folder, string kind)
    {
        Tokenizer tokenizer = WordTokenizer.Build([.. Enumerable.Range(0, 40).Select(i => new TextRow($"word{i % 10} other{i % 7}", null, i % 3))], 100, 16);
        ModelSpec spec = new() { Kind = kind, Embedding = 8, Hidden = 8, Heads = 2 };
        using Model model = ModelFactory.Create(spec, tokenizer.Vocabulary, 3, 16, seed: 1);
        Checkpoint.Save(folder, model, tokenizer, new LabelSpace(["a", "b", "c"]), new CheckpointInfo { Name = "fuzz" });
        return folder;
    }

    // Its weights in two files, and the index of both.
    private static string Sharded(string folder)
    {
        string file = Path.Combine(folder, "model.safetensors");
        SafeTensor[] tensors;
        using (SafeTensorsReader reader = SafeTensorsReader.Open(file))
        {
            tensors = [.. reader.Tensors.Select(t => new SafeTensor(t.Name, t.Type, t.Shape, reader.ReadBytes(t)))];
        }

        File.Delete(file);
        System.Text.Json.Nodes.JsonObject map = [];
        foreach ((string name, SafeTensor[] part) in new[] { ("one.safetensors", tensors[..9]), ("two.safetensors", tensors[9..]) })
        {
            using FileStream stream = File.Create(Path.Combine(folder, name));
            SafeTensorsWriter.Write(stream, part);
            foreach (SafeTensor tensor in part)
            {
                map[tensor.Name] = name;
            }
        }

        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), new System.Text.Json.Nodes.JsonObject { ["weight_map"] = map }.ToJsonString());
        return folder;
    }

    private static string MakeImage(string folder, string kind)
    {
        ImageEncoder encoder = new(new ImageInput(1, 8, 8, [0.5], [0.25]));
        using Model model = ModelFactory.Create(encoder.ShapeOf(new ModelSpec { Kind = kind, Hidden = 8, Depth = kind == "resnet" ? 8 : null, Channels = kind == "mlp" ? null : 4 }, 3), seed: 1);
        Checkpoint.Save(folder, model, encoder, new LabelSpace(["a", "b", "c"]), new CheckpointInfo { Name = "fuzz" });
        return folder;
    }

    private static byte[] Zipped(byte[] bytes)
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return stream.ToArray();
    }
}
