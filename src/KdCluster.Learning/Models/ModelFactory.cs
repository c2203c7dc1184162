using KdCluster.Learning.Torch;
using KdCluster.Recipes;
using TorchSharp;

namespace KdCluster.Learning.Models;

/// <summary>Makes models of specs. A new kind is one class and one line here.</summary>
public static class ModelFactory
{
    private static readonly SortedDictionary<string, Func<ModelShape, TextModel>> Constructors = new(StringComparer.Ordinal)
    {
        ["bag-of-embeddings"] = shape => new BagOfEmbeddings(shape),
        ["bilstm"] = shape => new BiLstm(shape),
        ["text-cnn"] = shape => new TextCnn(shape),
        ["transformer"] = shape => new TransformerEncoder(shape),
    };

    /// <summary>The kinds there are, sorted.</summary>
    public static IReadOnlyCollection<string> Kinds => Constructors.Keys;

    /// <summary>Makes a model, in training mode.</summary>
    /// <param name="spec">Architecture and sizes.</param>
    /// <param name="vocabulary">Size of the tokenizer's vocabulary.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="maxLength">Longest input in tokens.</param>
    /// <param name="seed">Decides the first weights and dropout's draws.</param>
    /// <param name="device">Where it lives; null is the CPU.</param>
    /// <exception cref="KdException"><c>KD1201</c>: unknown kind; <c>KD1205</c>: sizes that make no model, all of them listed.</exception>
    public static TextModel Create(ModelSpec spec, int vocabulary, int classes, int maxLength, long seed, torch.Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (!Constructors.TryGetValue(spec.Kind, out var construct))
            throw new KdException("KD1201", $"there is no model of kind '{spec.Kind}'.", remedy: $"Choose one of {string.Join(", ", Kinds)}.");
        ModelSizes.Check(spec, vocabulary, classes, maxLength);
        TextModel model = TorchRuntime.WithSeed(seed, () => construct(new ModelShape(spec, vocabulary, classes, maxLength)));
        if (device is not null && device.type != DeviceType.CPU)
            model.to(device);
        model.Random = new torch.Generator((ulong)seed);
        model.train();
        return model;
    }
}
