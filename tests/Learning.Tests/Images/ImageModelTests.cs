using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Tests.Data;
using KdCluster.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Images;

public sealed class ImageModelTests : TensorScope
{
    private const int Rows = 32;

    public static TheoryData<string> Kinds => ImageCase.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_row_has_the_same_bits_wherever_it_stands_and_whatever_stands_beside_it(string kind)
    {
        using var task = new ImageCase(200, channels: 3);
        using Model model = task.Create(kind);
        InstanceView[] all = [.. task.Data.Encode(DataSplit.Train, task.Encoder).Views];
        // What batch normalisation has seen is not what it begins with.
        for (int i = 0; i < 3; i++)
            model.call(model.Collate(all[(i * Rows)..((i + 1) * Rows)]));
        model.eval();
        using var off = no_grad();
        InstanceView[] batch = all[..Rows], others = all[Rows..(2 * Rows)];
        float[][] expected = Answers(model, batch);
        var random = new Random(5);
        for (int from = 0; from < Rows; from++)
        {
            int to = random.Next(Rows);
            InstanceView[] mixed = [.. others];
            mixed[to] = batch[from];
            Assert.Equal(expected[from], Answers(model, mixed)[to]);
        }

        Assert.Equal(expected[5], Answers(model, [batch[5]])[0]);
    }

    /// <summary>What a layer says of an image has the shape that it says, and does not depend on the image's company; averaged maps are means over their part of the pixels.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Maps_are_outputs_by_name(string kind)
    {
        using var task = new ImageCase(64, channels: 3);
        using Model model = task.Create(kind);
        InstanceView[] all = [.. task.Data.Encode(DataSplit.Train, task.Encoder).Views];
        model.call(model.Collate(all[..Rows]));
        model.eval();
        using var off = no_grad();
        string[] names = [.. model.Outputs.Select(o => o.Name)];
        Assert.Equal(kind != "mlp", names.Any(n => n.StartsWith("map.", StringComparison.Ordinal)));
        InstanceView[] mixed = [.. all[Rows..(2 * Rows)]];
        mixed[9] = all[3];
        var said = model.Compute(model.Collate(all[..Rows]), names);
        var again = model.Compute(model.Collate(mixed), names);
        foreach ((string name, OutputShape shape) in model.Outputs)
        {
            Assert.Equal([Rows, .. shape.At(1)], said[name].shape);
            Assert.Equal(said[name][3].contiguous().data<float>().ToArray(), again[name][9].contiguous().data<float>().ToArray());
        }

        foreach ((string name, OutputShape shape) in model.Outputs.Where(o => OutputNames.MapLayer(o.Name) is not null))
        {
            Assert.True(allclose(said[$"{name}.pool1"].squeeze(), said[name].mean([2L, 3L]), 1e-5, 1e-6));
            int half = shape.Dimensions[1] / 2;
            if (shape.Dimensions[1] % 2 == 0 && shape.Dimensions[2] == shape.Dimensions[1])
                Assert.True(allclose(said[$"{name}.pool2"][3, 0, 1, 0], said[name][3, 0, half.., ..half].mean(), 1e-5, 1e-6));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_model_whose_tensors_were_replaced_by_a_move_answers_with_the_new_ones(string kind)
    {
        using var task = new ImageCase(64);
        using Model model = task.Create(kind);
        InstanceView[] batch = [.. task.Data.Encode(DataSplit.Train, task.Encoder).Views.Take(Rows)];
        model.call(model.Collate(batch));
        model.eval();
        using var off = no_grad();
        float[][] expected = Answers(model, batch);
        model.to(ScalarType.Float64).to(ScalarType.Float32);
        Assert.Equal(expected, Answers(model, batch));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Answers_and_gradients_are_the_same_on_memory_full_of_NaN(string kind)
    {
        float[][] clean = Numbers(kind, 0), unclean = Numbers(kind, float.NaN);
        Assert.All(clean.SelectMany(g => g), value => Assert.True(float.IsFinite(value)));
        Assert.Equal(clean, unclean);
    }

    [Fact]
    public void Pixels_are_normalised_by_the_mean_and_deviation_over_the_training_images()
    {
        // Two images of two pixels that differ: 0 and 255 in one channel, 51 everywhere in the others.
        byte[] first = new byte[3 * 64], second = new byte[3 * 64];
        second.AsSpan(0, 64).Fill(255);
        first.AsSpan(64).Fill(51);
        second.AsSpan(64).Fill(51);
        var size = new ImageSize(3, 8, 8);
        var (mean, deviation) = PixelStatistics.Of(new ImageSplit([new ImageRow(first, 0), new ImageRow(second, 1)]), size);
        Assert.Equal([0.5, 0.2, 0.2], mean);
        Assert.Equal([0.5, 1, 1], deviation);   // a channel that never changes is not divided by 0
    }

    [Fact]
    public void A_checkpoint_gives_the_same_answers_back_and_its_fingerprint_knows_the_normalisation()
    {
        using var task = new ImageCase(64, channels: 3);
        using Model model = task.Create("resnet");
        InstanceView[] batch = [.. task.Data.Encode(DataSplit.Train, task.Encoder).Views.Take(Rows)];
        model.call(model.Collate(batch));
        model.eval();
        string one = Path.Combine(task.Folder, "one"), other = Path.Combine(task.Folder, "other");
        Checkpoint.Save(one, model, task.Encoder, task.Labels, new CheckpointInfo { Name = "one" });
        Checkpoint loaded = Checkpoint.Load(one);
        using Model again = loaded.Model;
        using var off = no_grad();
        Assert.Equal(Answers(model, batch), Answers(again, batch));
        Assert.Equal(task.Encoder.Hash, loaded.Encoder.Hash);
        Assert.Equal(model.Shape.Image, again.Shape.Image);
        Assert.Equal(["README.md", "config.json", "model.safetensors", "preprocessor_config.json"], Directory.GetFiles(one).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));

        // The same weights behind other numbers are another teacher, whose inputs are the same.
        var encoder = (ImageEncoder)task.Encoder.For(new ModelSpec { Kind = "resnet", Mean = [0.1, 0.2, 0.3] });
        using Model shifted = ModelFactory.Create(encoder.ShapeOf(ImageCase.Spec("resnet"), ImageCase.Classes), seed: 7);
        ModelState.Copy(model, shifted);
        Checkpoint.Save(other, shifted, encoder, task.Labels, new CheckpointInfo { Name = "other" });
        Assert.Equal(task.Encoder.Hash, encoder.Hash);
        Assert.NotEqual(CheckpointFingerprint.Compute(one, OutputNames.Logits), CheckpointFingerprint.Compute(other, OutputNames.Logits));

        File.Copy(Path.Combine(other, "preprocessor_config.json"), Path.Combine(one, "preprocessor_config.json"), overwrite: true);
        Assert.Equal("KD1204", Assert.Throws<KdException>(() => Checkpoint.Load(one)).Code);
    }

    [Fact]
    public void Sizes_that_make_no_model_are_refused_with_every_reason()
    {
        var image = new ImageInput(2, 4, 8, [0], [0]);
        KdException error = Assert.Throws<KdException>(() => ModelFactory.Create(new ModelShape(new ModelSpec { Kind = "resnet", Depth = 21, Channels = 3, Dropout = 1 }, 0, 1, 0) { Image = image }, 1));
        Assert.Equal(["channels", "channels of the images", "classes", "depth", "dropout", "mean", "size of the images", "std"], error.Errors.Select(e => e.Where!).Order(StringComparer.Ordinal));
        Assert.All(error.Errors, e => Assert.Equal("KD1205", e.Code));
        Assert.Equal("KD1201", Assert.Throws<KdException>(() => ModelFactory.Create(new ModelShape(new ModelSpec { Kind = "transformer" }, 0, 2, 0) { Image = image }, 1)).Code);
    }

    [Theory]
    [InlineData("resnet", 20, "conv1.weight bn1.weight bn1.bias", "classifier.weight classifier.bias", 269_722)]
    [InlineData("resnet", 56, "conv1.weight bn1.weight bn1.bias", "classifier.weight classifier.bias", 853_018)]
    [InlineData("cnn", 2, "conv1.weight bn1.weight bn1.bias conv2.weight", "classifier.weight classifier.bias", 13_050)]
    public void Sizes_are_those_of_the_papers(string kind, int depth, string first, string last, long parameters)
    {
        var image = new ImageInput(3, 32, 32, [0.5, 0.5, 0.5], [0.2, 0.2, 0.2]);
        using Model model = ModelFactory.Create(new ModelShape(new ModelSpec { Kind = kind, Depth = depth }, 0, 10, 0) { Image = image }, 1);
        string names = string.Join(' ', model.named_parameters().Select(p => p.name));
        Assert.StartsWith(first, names, StringComparison.Ordinal);
        Assert.EndsWith(last, names, StringComparison.Ordinal);
        Assert.Equal(parameters, model.ParameterCount);
    }

    // Their authors' figures on these 2,000 rows, as the data set's description has them.
    [Theory]
    [InlineData(20, 0.923)]
    [InlineData(56, 0.941)]
    public void The_public_weights_score_what_they_are_known_to(int depth, double accuracy)
    {
        PublishedData.Need("resnet_cifar10_weights");
        PublishedData.Need("cifar10_subset");
        string folder = Path.Combine(PublishedData.Folder, "cifar10_subset");
        ImageData data = ImageDataLoader.Load(new DataSpec { Train = "train_5000.bin.gz", Validation = "test_2000.bin.gz" }, folder);
        var spec = new ModelSpec { Kind = "resnet", Depth = depth, Mean = [0.485, 0.456, 0.406], Std = [0.229, 0.224, 0.225] };
        InputEncoder encoder = data.StudentEncoder(new DataSpec(), []).For(spec);
        using Model model = WeightsImport.Read(Path.Combine(PublishedData.Folder, "resnet_cifar10_weights", FormattableString.Invariant($"resnet{depth}.safetensors")), encoder.ShapeOf(spec, 10));
        Assert.Equal(accuracy, Evaluator.Evaluate(model, data.Encode(DataSplit.Validation, encoder)).Accuracy, 0.0005);
    }

    [Fact]
    public void Weights_of_another_architecture_are_refused_tensor_by_tensor()
    {
        PublishedData.Need("resnet_cifar10_weights");
        var image = new ImageInput(3, 32, 32, [0.5, 0.5, 0.5], [0.2, 0.2, 0.2]);
        KdException error = Assert.Throws<KdException>(() => WeightsImport.Read(Path.Combine(PublishedData.Folder, "resnet_cifar10_weights", "resnet20.safetensors"), new ModelShape(new ModelSpec { Kind = "resnet", Depth = 8 }, 0, 100, 0) { Image = image }));
        Assert.All(error.Errors, e => Assert.Equal("KD1204", e.Code));
        Assert.Contains(error.Errors, e => e.Where!.EndsWith("linear.weight", StringComparison.Ordinal));   // as the file calls it
        Assert.Contains(error.Errors, e => e.Where!.EndsWith("layer1.1.conv1.weight", StringComparison.Ordinal));
    }

    private static float[][] Numbers(string kind, float left)
    {
        using var scope = NewDisposeScope();
        using var task = new ImageCase(32, channels: 3);
        using Model model = task.Create(kind);
        Tensor batch = model.Collate([.. task.Data.Encode(DataSplit.Train, task.Encoder).Views.Take(16)]);
        for (int pass = 0; pass < 3; pass++)
        {
            model.zero_grad();
            Fill(left);
            Tensor loss = nn.functional.cross_entropy(model.call(batch).Logits, arange(16).remainder(4));
            Fill(left);
            loss.backward();
        }

        model.eval();
        using var off = no_grad();
        Fill(left);
        ModelOutput answers = model.call(batch);
        return [.. model.parameters().Select(p => p.grad!).Append(answers.Logits).Append(answers.Embedding).Select(t => t.contiguous().data<float>().ToArray())];
    }

    // Takes tensors of the sizes that a pass takes, and gives them back with this in them.
    private static void Fill(float value)
    {
        using var scope = NewDisposeScope();
        foreach (int size in (int[])[16, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 65536])
        {
            for (int i = 0; i < 30; i++)
                full(size, value);
        }
    }

    private static float[][] Answers(Model model, InstanceView[] rows)
    {
        using var scope = NewDisposeScope();
        ModelOutput output = model.call(model.Collate(rows, model.PaddedLength(0), padRows: Rows));
        float[] logits = output.Logits.data<float>().ToArray(), embedding = output.Embedding.data<float>().ToArray();
        return [.. Enumerable.Range(0, rows.Length).Select(i => (float[])[.. logits.AsSpan(i * model.Shape.Classes, model.Shape.Classes), .. embedding.AsSpan(i * model.EmbeddingWidth, model.EmbeddingWidth)])];
    }
}
