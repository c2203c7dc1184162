using System.Text.Json.Nodes;
using KdCluster.Cluster.Inference;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Cli;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Runs;

/// <summary>Teachers whose tokenizer is of another make than the student's, or than each other's.</summary>
public sealed class ForeignTokenizerTests
{
    [Fact]
    public async Task Each_teacher_gets_its_own_view_and_a_second_student_asks_none()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Teacher words = await silo.TeacherAsync("words"), pieces = await PiecesAsync(silo);
        Assert.NotEqual(words.Tokenizer, pieces.Tokenizer);

        string recipe = TinyTask.Recipe(silo.Folder.Path, teachers: ["words", "pieces"]);
        Run first = await silo.RunAsync(recipe);
        Assert.Equal([], first.Errors);
        // 240 rows to learn from and 60 to test on, of each teacher.
        long[] computed = await ComputedAsync(silo, "words", "pieces");
        Assert.Equal((long[])[300, 300], computed);
        Run second = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, "second", "text-cnn", ["words", "pieces"]));
        Assert.Equal([], second.Errors);
        Assert.Equal(computed, await ComputedAsync(silo, "words", "pieces"));

        // One teacher's tokenizer is the student's, and its folder has what transformers wants.
        Run alone = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, "alone", teachers: ["pieces"], change: r => r["training"]!["augmentation"] = new JsonObject { ["dropWords"] = 0.1, ["maskSpans"] = 0.1 }));
        Assert.Equal([], alone.Errors);
        string student = alone.Students[0].Checkpoint;
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(pieces.Checkpoint, "tokenizer.json")), await File.ReadAllBytesAsync(Path.Combine(student, "tokenizer.json")));
        Assert.Contains("BertTokenizer", await File.ReadAllTextAsync(Path.Combine(student, "tokenizer_config.json")), StringComparison.Ordinal);
        Checkpoint read = Checkpoint.Load(student);
        read.Model.Dispose();
        Assert.Equal(pieces.Tokenizer, read.Encoder.Hash);
        Teacher deployed = await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "again", Checkpoint = student });
        Assert.Equal(pieces.Tokenizer, deployed.Tokenizer);
    }

    [Fact]
    public async Task Texts_are_classified_and_policies_are_asked_with_each_teachers_tokenizer()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("words");
        Teacher pieces = await PiecesAsync(silo);
        CliHarness cli = new();
        Assert.Equal(0, await cli.RunAsync("student", "predict", pieces.Checkpoint, "--text", "own0x1 any5", "--pair", "own2x3"));
        Checkpoint checkpoint = Checkpoint.Load(pieces.Checkpoint);
        using Model model = checkpoint.Model;
        Prediction expected = Evaluator.Predict(model, [((Tokenizer)checkpoint.Encoder).Encode("own0x1 any5", "own2x3")])[0];
        JsonNode said = JsonNode.Parse(cli.Output)!;
        Assert.Equal($"{expected.Label}", said["label"]!.GetValue<string>());
        Assert.Equal(expected.Probabilities[0], said["probabilities"]!["0"]!.GetValue<float>(), 1e-5f);

        Run run = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, teachers: ["words", "pieces"], change: r => r["weighting"] = new JsonObject { ["kind"] = "reinforced" }));
        Assert.Equal([], run.Errors);
        AskWeightingReply reply = await silo.Client.Run(run.Id).Weighting().AskAsync("own0x1 any5", "own2x3");
        Assert.Equal(["words", "pieces"], reply.Teachers);
        Assert.Equal(expected.Probabilities.Max(), reply.Opinions[1].Probability, 1e-3);
    }

    [Fact]
    public async Task Losses_that_compare_tokens_and_masks_that_no_token_stands_for_are_refused_before_anything_starts()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("words");
        await PiecesAsync(silo);
        RecipeCheck tokens = await silo.Client.CheckAsync(TinyTask.Recipe(silo.Folder.Path, teachers: ["words", "pieces"], change: r => r["objective"] = new JsonObject { ["terms"] = new JsonArray(new JsonObject { ["loss"] = "cross-entropy" }, new JsonObject { ["loss"] = "hidden-mse" }) }));
        Assert.Contains("KD1304", tokens.Errors.Select(e => e.Code));

        await PiecesAsync(silo, "bare", s_bare);
        string Recipe(string key) => TinyTask.Recipe(silo.Folder.Path, teachers: ["bare"], change: r => r["training"]!["augmentation"] = new JsonObject { [key] = 0.2 });
        Assert.Equal(["KD1231"], (await silo.Client.CheckAsync(Recipe("maskSpans"))).Errors.Select(e => e.Code));
        Assert.Equal([], (await silo.Client.CheckAsync(Recipe("dropWords"))).Errors.Select(e => e.Code));
    }

    [Fact]
    public async Task A_text_that_a_teachers_tokenizer_cannot_encode_is_told_beside_what_else_is_wrong()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await PiecesAsync(silo, "strict", new JsonObject
        {
            ["truncation"] = s_bare["truncation"]!.DeepClone(),
            ["model"] = new JsonObject { ["type"] = "Unigram", ["unk_id"] = null, ["vocab"] = new JsonArray(new JsonArray("o", -1.0), new JsonArray("w", -2.0)) },
        });
        RecipeCheck check = await silo.Client.CheckAsync(TinyTask.Recipe(silo.Folder.Path, teachers: ["strict", "nobody"]));
        Assert.Equal(["KD1219", "KD1308"], check.Errors.Select(e => e.Code).Order());
        Assert.Null(check.Data);
    }

    [Fact]
    public async Task Pairs_go_through_the_open_inference_protocol_with_their_token_types()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Teacher pieces = await PiecesAsync(silo);
        Tokenizer tokenizer = Tokenizer.FromFolder(pieces.Checkpoint);
        InstanceView[] views = [tokenizer.Encode("own0x1 any5"), tokenizer.Encode("own0x1", "any5"), tokenizer.Encode("any7 any9", "own1x2 any2")];
        TeacherRef reference = new() { Name = "theirs", Model = "pieces", Endpoint = $"oip://{new Uri(silo.Silo.Address).Authority}", Tokenizer = Path.Combine(pieces.Checkpoint, "tokenizer.json") };
        await using InferenceTeacherClient client = await InferenceTeacherClient.ConnectAsync(reference, TimeProvider.System, CancellationToken.None);
        IReadOnlyList<byte[]> through = await client.GetAsync(
            new TeacherRequest { Tokenizer = client.Description.Tokenizer, StoreAsked = "", Outputs = [OutputNames.Logits], Inputs = views, Keys = Fingerprints.Instances(views) }, CancellationToken.None);
        float[] answers = new float[views.Length * TinyTask.Classes];
        RowCodec.Decode(client.Description.Outputs[0].Set(), through[0], answers);

        Checkpoint checkpoint = Checkpoint.Load(pieces.Checkpoint);
        using Model model = checkpoint.Model;
        for (int i = 0; i < views.Length; i++)
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            float[] own = [.. model.call(model.Collate([views[i]])).Logits.data<float>()], typeless = [.. model.call(model.Collate([new InstanceView(views[i].Ids)])).Logits.data<float>()];
            // As kept in half precision.
            Assert.All(own.Zip(answers.AsSpan(i * TinyTask.Classes, TinyTask.Classes).ToArray()), a => Assert.Equal(a.First, a.Second, 2e-3f));
            Assert.Equal(views[i].Types is null, own.Zip(typeless).All(a => Math.Abs(a.First - a.Second) < 0.01f));
        }
    }

    private static readonly string[] s_pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "own", "any", .. "0123456789x".Select(c => $"##{c}"), .. Enumerable.Range(0, 3).Select(i => $"##{i}x")];

    // Byte-level pieces, as GPT-2 has them: nothing is unknown, and there is no mask.
    private static readonly JsonObject s_bare = new()
    {
        ["truncation"] = new JsonObject { ["direction"] = "Right", ["max_length"] = 24, ["strategy"] = "LongestFirst", ["stride"] = 0 },
        ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true },
        ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = new JsonObject("\u0120anyowx0123456789".Distinct().Select((c, i) => KeyValuePair.Create($"{c}", (JsonNode?)i))), ["merges"] = new JsonArray() },
    };

    /// <summary>Deploys a model with new weights; with a WordPiece vocabulary it is a BERT, which looks at token types.</summary>
    private static async Task<Teacher> PiecesAsync(TinySilo silo, string name = "pieces", JsonObject? file = null)
    {
        string folder = silo.Folder.File(name), vocabulary = Path.Combine(folder, "vocab.txt");
        Directory.CreateDirectory(folder);
        await File.WriteAllLinesAsync(vocabulary, s_pieces);
        Tokenizer tokenizer = file is null ? Tokenizer.FromFile(vocabulary, 24) : Tokenizer.FromBytes(System.Text.Encoding.UTF8.GetBytes(file.ToJsonString()), name);
        ModelSpec spec = file is null ? new ModelSpec { Kind = "bert", Embedding = 16, Hidden = 32, Layers = 1, Heads = 2 } : new ModelSpec { Kind = "text-cnn", Embedding = 16, Hidden = 16 };
        using Model model = ModelFactory.Create(tokenizer.ShapeOf(spec, TinyTask.Classes), seed: 3);
        using (TorchSharp.torch.no_grad())
        {
            // New weights are so small that no token changes another one's state.
            using TorchSharp.torch.Generator random = new(4);
            foreach ((_, TorchSharp.Modules.Parameter weight) in model.named_parameters().Where(p => p.parameter.dim() > 1))
            {
                TorchSharp.torch.nn.init.normal_(weight, 0, 0.4, random);
            }
        }

        Checkpoint.Save(Path.Combine(folder, "model"), model, tokenizer, LabelSpace.Of(["0", "1", "2"]), new CheckpointInfo { Name = name });
        return await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = name, Checkpoint = Path.Combine(folder, "model") });
    }

    private static async Task<long[]> ComputedAsync(TinySilo silo, params string[] names)
    {
        IReadOnlyList<Teacher> teachers = (await silo.Client.Teachers.ListAsync(new ListTeachersRequest())).Teachers;
        return [.. names.Select(n => teachers.Single(t => t.Name == n).RowsComputed)];
    }
}
