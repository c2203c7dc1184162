using System.Text;
using KdCluster.Learning.Checkpoints.Published;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Models.Decoders;
using KdCluster.Learning.Models.Families;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Learning.Checkpoints;

/// <summary>A trained model with all it needs to be used: a folder in the Hugging Face layout.</summary>
/// <param name="Model">The model, in evaluation mode; the receiver disposes it.</param>
/// <param name="Encoder">Makes its inputs.</param>
/// <param name="Labels">Names its outputs.</param>
/// <param name="Info">What it says of itself.</param>
public sealed record Checkpoint(Model Model, InputEncoder Encoder, LabelSpace Labels, CheckpointInfo Info)
{
    /// <summary>Writes a checkpoint: beside the folder first, flushed, then put in its place. The same arguments give the same bytes.</summary>
    /// <param name="folder">Made, or replaced as a whole.</param>
    /// <param name="model">Its weights are written as F32.</param>
    /// <param name="encoder">Of the model's inputs.</param>
    /// <param name="labels">As many as the model has classes.</param>
    /// <param name="info">For the model card.</param>
    /// <exception cref="KdException"><c>KD1204</c>: encoder or labels do not fit the model.</exception>
    public static void Save(string folder, Model model, InputEncoder encoder, LabelSpace labels, CheckpointInfo info)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(labels);
        encoder = encoder.For(model.Spec);
        var config = new CheckpointConfig(model.Shape, labels, info);
        RequireFit(config, encoder, folder);
        var tensors = Weights(model);
        AtomicFolder.Write(folder,
        [
            (CheckpointFiles.Config, stream => stream.Write(config.ToBytes())),
            (CheckpointFiles.Weights, stream => SafeTensorsWriter.Write(stream, tensors, new Dictionary<string, string> { ["format"] = "pt" })),
            .. encoder.Files.Select(f => (f.Name, (Action<Stream>)(stream => stream.Write(f.Bytes)))),
            (CheckpointFiles.Card, stream => stream.Write(Encoding.UTF8.GetBytes(ModelCard.Write(config, model.ParameterCount, encoder)))),
        ]);
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="folder">Written by <see cref="Save"/>, or of a published family with a head.</param>
    /// <param name="device">Where the model goes; null is the CPU.</param>
    /// <exception cref="KdException">
    /// <c>KD1202</c> a file is missing, <c>KD1203</c> the weights are damaged, <c>KD1204</c> files or tensors do not fit each other, <c>KD1207</c> the
    /// tokenizer is another's, <c>KD1212</c> a weight is not finite, <c>KD1201</c> or <c>KD1205</c> the architecture is unknown or impossible, <c>KD1215</c> it asks for what
    /// cannot be done here, <c>KD1216</c> it has no head.
    /// </exception>
    public static Checkpoint Load(string folder, Device? device = null)
    {
        CheckpointConfig config = ReadConfig(folder);
        if (!config.HasHead)
            throw new KdException("KD1216", $"a {config.Shape.Spec.Kind} without a head says nothing of any label.", folder, "Train a student that begins with it (student.pretrained), and use what comes of that.");
        InputEncoder encoder = ReadEncoder(folder, config);
        RequireFit(config, encoder, folder);
        Model model = ReadModel(folder, config);
        if (device is not null && device.type != DeviceType.CPU)
            model.to(device);
        model.eval();
        return new Checkpoint(model, encoder, config.Labels, config.Info);
    }

    /// <summary>Makes the model of a folder and gives it its weights, a head as it is drawn where the folder has none; on the CPU, in training mode.</summary>
    internal static Model ReadModel(string folder, CheckpointConfig config)
    {
        using WeightFiles weights = WeightFiles.OpenFolder(folder);
        RequireRoom(config.Shape, weights);
        Model model = ModelFactory.Create(config.Shape, seed: 0);
        try
        {
            if (config.HasHead)
                ReadWeights(model, weights, TensorsOf(model, weights));
            else
                PublishedBase.Load(model, weights);
            return model;
        }
        catch
        {
            model.Random?.Dispose();
            model.Dispose();
            throw;
        }
    }

    /// <summary>A file's tensors under the model's names.</summary>
    internal static Dictionary<string, SafeTensorInfo> TensorsOf(Model model, WeightFiles weights) => model.Shape.Decoder is not null ? DecoderWeights.Match(DecoderShape.Of(model.Shape), weights)
        : model.Shape.Family is null
        ? weights.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal)
        : FamilyWeights.Match(model.Spec.Kind, ModelState.Of(model).Select(t => t.Name).ToHashSet(StringComparer.Ordinal), weights.Tensors, weights.Where);

    internal static CheckpointConfig ReadConfig(string folder)
    {
        var config = CheckpointConfig.FromBytes(CheckpointFiles.Read(folder, CheckpointFiles.Config), Path.Combine(folder, CheckpointFiles.Config));
        return PoolingFile.Over(config, folder);
    }

    internal static InputEncoder ReadEncoder(string folder, CheckpointConfig config) => config.Shape.Image is null
        ? Tokenizer.FromFolder(folder, config.Shape.MaxLength)
        : InputEncoder.FromBytes(CheckpointFiles.Read(folder, ImageEncoder.File), Path.Combine(folder, ImageEncoder.File));

    internal static void RequireFit(CheckpointConfig config, InputEncoder encoder, string folder)
    {
        ModelShape shape = config.Shape;
        var errors = new List<KdError>();
        void Compare(string what, object? model, object? other, string file)
        {
            if (!Equals(model, other))
                errors.Add(new KdError("KD1204", $"{what}: the model has {model ?? "none"}, {file} has {other ?? "none"}.", Path.Combine(folder, file)));
        }

        ModelShape fitting = encoder.ShapeOf(shape.Spec, config.Labels.Count);
        // A published vocabulary may be filled up to a round number, and its tokenizer may cut earlier than the model must.
        bool published = shape.Family is not null || shape.Decoder is not null;
        Compare("vocabulary", shape.Vocabulary, published ? Math.Max(shape.Vocabulary, fitting.Vocabulary) : fitting.Vocabulary, encoder.FileName);
        Compare("maximum length", shape.MaxLength, published ? Math.Max(shape.MaxLength, fitting.MaxLength) : fitting.MaxLength, encoder.FileName);
        if (shape.Decoder is null)
            Compare("id of padding", shape.Padding, fitting.Padding, encoder.FileName);
        if (shape.Family is { Types: > 0 } family)
            Compare("token types", family.Types, Math.Max(family.Types, TokenTypes.Of(encoder)), encoder.FileName);
        Compare("images", shape.Image, fitting.Image, encoder.FileName);
        Compare("classes", shape.Classes, config.Labels.Count, CheckpointFiles.Config);
        if (errors.Count > 0)
            throw new KdException(errors);
    }

    private static List<SafeTensor> Weights(Model model)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        return [.. ModelState.Of(model).Select(t => SafeTensor.Of(t.Name, t.Value.shape, t.Value.cpu().contiguous().data<float>().ToArray()))];
    }

    /// <summary>A model is made before its weights are read: sizes that the file cannot fill are refused, before they fill the memory.</summary>
    internal static void RequireRoom(ModelShape shape, WeightFiles weights)
    {
        ModelSpec spec = shape.Spec;
        double held = weights.Tensors.Sum(t => t.Shape.Aggregate(1.0, (product, size) => product * size));
        double least = shape.Image is { } image ? LeastOf(spec, image) : Math.Max((double)shape.Vocabulary * spec.Embedding, (double)spec.Hidden * spec.Embedding);
        least = Math.Max(least, spec.Kind switch
        {
            "text-cnn" => spec.Filters.Sum(f => (double)f) * spec.Embedding * spec.Hidden,
            "bilstm" => (double)spec.Hidden * spec.Hidden,
            "transformer" or DecoderSettings.Gpt2 => (double)shape.MaxLength * spec.Embedding,
            _ => shape.Family is null ? 0 : Math.Max(shape.MaxLength, Math.Max(spec.Embedding, shape.Family.Types)) * (double)spec.Embedding,
        });
        int layers = shape.Image is null || spec.Kind == "mlp" ? spec.Layers : spec.DepthOrDefault();
        if (least > held || layers > weights.Tensors.Count)
            throw new KdException("KD1204", $"the architecture needs more weights than the file holds: at least {least:0} numbers in {layers} layer(s), and {held:0} in {weights.Tensors.Count} tensors are there.", weights.Where);
    }

    private static double LeastOf(ModelSpec spec, ImageInput image) => spec.Kind switch
    {
        "mlp" => (double)spec.Hidden * image.Channels * image.Height * image.Width,
        "resnet" => 9 * Math.Pow(4.0 * spec.ChannelsOrDefault(), 2),
        _ => 4.5 * Math.Pow((double)spec.ChannelsOrDefault() * (1 << Math.Clamp((spec.DepthOrDefault() - 1) / 2, 0, 3)), 2),
    };

    /// <summary>Puts a file's tensors into a model: each of the model's is there, of its shape and finite, and there is no other.</summary>
    /// <param name="model">Takes them.</param>
    /// <param name="weights">The files.</param>
    /// <param name="tensors">Their tensors by the model's names.</param>
    /// <param name="mayLack">Weights that stay as they are where the files do not have them.</param>
    internal static void ReadWeights(Model model, WeightFiles weights, IReadOnlyDictionary<string, SafeTensorInfo> tensors, IReadOnlySet<string>? mayLack = null)
    {
        var parameters = ModelState.Of(model).ToDictionary(t => t.Name, t => t.Value, StringComparer.Ordinal);
        foreach (string name in mayLack?.Where(n => !tensors.ContainsKey(n)) ?? [])
            parameters.Remove(name);
        RequireSameTensors(parameters, tensors, weights);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var errors = new List<KdError>();
        foreach ((string name, Tensor parameter) in parameters)
        {
            float[] values = weights.ReadFloats(tensors[name]);
            int count = values.Count(v => !float.IsFinite(v));
            if (count > 0)
                errors.Add(new KdError("KD1212", $"{count} of {values.Length} weights are NaN or infinite.", weights.WhereIs(tensors[name]), "Its answers mean nothing. Use a checkpoint from before this happened in training."));
            parameter.copy_(tensor(values, parameter.shape));
        }

        if (errors.Count > 0)
            throw new KdException(errors);
    }

    private static void RequireSameTensors(Dictionary<string, Tensor> parameters, IReadOnlyDictionary<string, SafeTensorInfo> tensors, WeightFiles weights)
    {
        var errors = new List<KdError>();
        foreach ((string name, Tensor parameter) in parameters)
        {
            if (!tensors.TryGetValue(name, out SafeTensorInfo? found))
                errors.Add(new KdError("KD1204", "the tensor is missing.", $"{weights.Where}, tensor {name}"));
            else if (!found.Shape.SequenceEqual(parameter.shape))
                errors.Add(new KdError("KD1204", $"the tensor's shape is [{string.Join(", ", found.Shape)}], the architecture's [{string.Join(", ", parameter.shape)}].", weights.WhereIs(found)));
        }

        errors.AddRange(tensors.Where(t => !parameters.ContainsKey(t.Key)).Select(t => new KdError("KD1204", "the architecture has no such tensor.", weights.WhereIs(t.Value))));
        if (errors.Count > 0)
            throw new KdException(errors);
    }
}
