using System.Text;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace KdCluster.Learning.Checkpoints;

/// <summary>A trained model with all it needs to be used: a folder in the Hugging Face layout.</summary>
/// <param name="Model">The model, in evaluation mode; the receiver disposes it.</param>
/// <param name="Tokenizer">Makes its inputs.</param>
/// <param name="Labels">Names its outputs.</param>
/// <param name="Info">What it says of itself.</param>
public sealed record Checkpoint(TextModel Model, Tokenizer Tokenizer, LabelSpace Labels, CheckpointInfo Info)
{
    /// <summary>Writes a checkpoint: beside the folder first, flushed, then put in its place. The same arguments give the same bytes.</summary>
    /// <param name="folder">Made, or replaced as a whole.</param>
    /// <param name="model">Its weights are written as F32.</param>
    /// <param name="tokenizer">Of the model's vocabulary and maximum length.</param>
    /// <param name="labels">As many as the model has classes.</param>
    /// <param name="info">For the model card.</param>
    /// <exception cref="KdException"><c>KD1204</c>: tokenizer or labels do not fit the model.</exception>
    public static void Save(string folder, TextModel model, Tokenizer tokenizer, LabelSpace labels, CheckpointInfo info)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(labels);
        var config = new CheckpointConfig(model.Shape, labels, info);
        RequireFit(config, tokenizer, folder);
        var tensors = Weights(model);
        AtomicFolder.Write(folder,
        [
            (CheckpointFiles.Config, stream => stream.Write(config.ToBytes())),
            (CheckpointFiles.Weights, stream => SafeTensorsWriter.Write(stream, tensors, new Dictionary<string, string> { ["format"] = "pt" })),
            (CheckpointFiles.Tokenizer, stream => stream.Write(tokenizer.ToBytes())),
            (CheckpointFiles.Card, stream => stream.Write(Encoding.UTF8.GetBytes(ModelCard.Write(config, model.ParameterCount, tokenizer.Hash)))),
        ]);
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="folder">Written by <see cref="Save"/>.</param>
    /// <param name="device">Where the model goes; null is the CPU.</param>
    /// <exception cref="KdException">
    /// <c>KD1202</c> a file is missing, <c>KD1203</c> the weights are damaged, <c>KD1204</c> files or tensors do not fit each other, <c>KD1207</c> the
    /// tokenizer is another's, <c>KD1212</c> a weight is not finite, <c>KD1201</c> or <c>KD1205</c> the architecture is unknown or impossible.
    /// </exception>
    public static Checkpoint Load(string folder, Device? device = null)
    {
        CheckpointConfig config = ReadConfig(folder);
        Tokenizer tokenizer = ReadTokenizer(folder);
        RequireFit(config, tokenizer, folder);
        string weights = Path.Combine(folder, CheckpointFiles.Weights);
        using SafeTensorsReader reader = SafeTensorsReader.Open(weights);
        ModelShape shape = config.Shape;
        RequireRoom(shape, reader, weights);
        TextModel model = ModelFactory.Create(shape.Spec, shape.Vocabulary, shape.Classes, shape.MaxLength, seed: 0);
        try
        {
            ReadWeights(model, reader, weights);
        }
        catch
        {
            model.Dispose();
            throw;
        }
        if (device is not null && device.type != DeviceType.CPU)
            model.to(device);
        model.eval();
        return new Checkpoint(model, tokenizer, config.Labels, config.Info);
    }

    internal static CheckpointConfig ReadConfig(string folder)
        => CheckpointConfig.FromBytes(CheckpointFiles.Read(folder, CheckpointFiles.Config), Path.Combine(folder, CheckpointFiles.Config));

    internal static Tokenizer ReadTokenizer(string folder)
        => Tokenizer.FromBytes(CheckpointFiles.Read(folder, CheckpointFiles.Tokenizer), Path.Combine(folder, CheckpointFiles.Tokenizer));

    internal static void RequireFit(CheckpointConfig config, Tokenizer tokenizer, string folder)
    {
        ModelShape shape = config.Shape;
        var errors = new List<KdError>();
        void Compare(string what, int model, int other, string file)
        {
            if (model != other)
                errors.Add(new KdError("KD1204", $"{what}: the model has {model}, {file} has {other}.", Path.Combine(folder, file)));
        }

        Compare("vocabulary", shape.Vocabulary, tokenizer.Vocabulary, CheckpointFiles.Tokenizer);
        Compare("maximum length", shape.MaxLength, tokenizer.MaxLength, CheckpointFiles.Tokenizer);
        Compare("classes", shape.Classes, config.Labels.Count, CheckpointFiles.Config);
        if (errors.Count > 0)
            throw new KdException(errors);
    }

    private static List<SafeTensor> Weights(TextModel model)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        return [.. model.named_parameters().Select(p => SafeTensor.Of(p.name, p.parameter.shape, p.parameter.cpu().contiguous().data<float>().ToArray()))];
    }

    /// <summary>A model is made before its weights are read: sizes that the file cannot fill are refused, before they fill the memory.</summary>
    private static void RequireRoom(ModelShape shape, SafeTensorsReader reader, string where)
    {
        ModelSpec spec = shape.Spec;
        double held = reader.Tensors.Sum(t => t.Shape.Aggregate(1.0, (product, size) => product * size));
        double least = Math.Max((double)shape.Vocabulary * spec.Embedding, (double)spec.Hidden * spec.Embedding);
        least = Math.Max(least, spec.Kind switch
        {
            "text-cnn" => spec.Filters.Sum(f => (double)f) * spec.Embedding * spec.Hidden,
            "bilstm" => (double)spec.Hidden * spec.Hidden,
            "transformer" => (double)shape.MaxLength * spec.Embedding,
            _ => 0,
        });
        if (least > held || spec.Layers > reader.Tensors.Count)
            throw new KdException("KD1204", $"the architecture needs more weights than the file holds: at least {least:0} numbers in {spec.Layers} layer(s), and {held:0} in {reader.Tensors.Count} tensors are there.", where);
    }

    private static void ReadWeights(TextModel model, SafeTensorsReader reader, string where)
    {
        var parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter, StringComparer.Ordinal);
        RequireSameTensors(parameters, reader, where);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var errors = new List<KdError>();
        foreach ((string name, Parameter parameter) in parameters)
        {
            reader.TryFind(name, out SafeTensorInfo? found);
            float[] values = reader.ReadFloats(found!);
            int count = values.Count(v => !float.IsFinite(v));
            if (count > 0)
                errors.Add(new KdError("KD1212", $"{count} of {values.Length} weights are NaN or infinite.", $"{where}, tensor {name}", "Its answers mean nothing. Use a checkpoint from before this happened in training."));
            parameter.copy_(tensor(values, parameter.shape));
        }

        if (errors.Count > 0)
            throw new KdException(errors);
    }

    private static void RequireSameTensors(Dictionary<string, Parameter> parameters, SafeTensorsReader reader, string where)
    {
        var errors = new List<KdError>();
        foreach ((string name, Parameter parameter) in parameters)
        {
            if (!reader.TryFind(name, out SafeTensorInfo? found))
                errors.Add(new KdError("KD1204", "the tensor is missing.", $"{where}, tensor {name}"));
            else if (!found!.Shape.SequenceEqual(parameter.shape))
                errors.Add(new KdError("KD1204", $"the tensor's shape is [{string.Join(", ", found.Shape)}], the architecture's [{string.Join(", ", parameter.shape)}].", $"{where}, tensor {name}"));
        }
        errors.AddRange(reader.Tensors.Where(t => !parameters.ContainsKey(t.Name)).Select(t => new KdError("KD1204", "the architecture has no such tensor.", $"{where}, tensor {t.Name}")));
        if (errors.Count > 0)
            throw new KdException(errors);
    }
}
