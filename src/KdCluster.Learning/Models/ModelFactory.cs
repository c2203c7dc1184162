using KdCluster.Learning.Models.Decoders;
using KdCluster.Learning.Models.Families;
using KdCluster.Learning.Torch;
using KdCluster.Recipes;
using TorchSharp;

namespace KdCluster.Learning.Models;

/// <summary>Makes models of specs. A new kind is one class and one line here.</summary>
public static class ModelFactory
{
    private static readonly SortedDictionary<string, (string Task, Func<ModelShape, Model> Construct)> Constructors = new(StringComparer.Ordinal)
    {
        ["bag-of-embeddings"] = (TaskNames.TextClassification, shape => new BagOfEmbeddings(shape)),
        [FamilySettings.Bert] = (TaskNames.TextClassification, shape => new EncoderModel(shape)),
        ["bilstm"] = (TaskNames.TextClassification, shape => new BiLstm(shape)),
        ["cnn"] = (TaskNames.ImageClassification, shape => new PlainCnn(shape)),
        [FamilySettings.DistilBert] = (TaskNames.TextClassification, shape => new EncoderModel(shape)),
        [DecoderSettings.Gpt2] = (TaskNames.LanguageModelling, shape => new DecoderModel(shape)),
        [DecoderSettings.Llama] = (TaskNames.LanguageModelling, shape => new DecoderModel(shape)),
        ["mlp"] = (TaskNames.ImageClassification, shape => new MultiLayerPerceptron(shape)),
        ["resnet"] = (TaskNames.ImageClassification, shape => new ResNet(shape)),
        [FamilySettings.Roberta] = (TaskNames.TextClassification, shape => new EncoderModel(shape)),
        ["text-cnn"] = (TaskNames.TextClassification, shape => new TextCnn(shape)),
        ["transformer"] = (TaskNames.TextClassification, shape => new TransformerEncoder(shape)),
    };

    /// <summary>The kinds there are, sorted.</summary>
    public static IReadOnlyCollection<string> Kinds => Constructors.Keys;

    /// <summary>The kinds there are for a task, sorted.</summary>
    /// <param name="task">Of <see cref="TaskNames"/>.</param>
    public static IReadOnlyCollection<string> KindsOf(string task) => [.. Constructors.Where(c => c.Value.Task == (task == TaskNames.TextRegression ? TaskNames.TextClassification : task)).Select(c => c.Key)];

    /// <summary>Whether a kind is for texts.</summary>
    public static bool TakesTexts(string kind) => Constructors.TryGetValue(kind, out var found) && TaskNames.IsText(found.Task);

    /// <summary>Makes a text model, in training mode.</summary>
    /// <param name="spec">Architecture and sizes.</param>
    /// <param name="vocabulary">Size of the tokenizer's vocabulary.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="maxLength">Longest input in tokens.</param>
    /// <param name="seed">Decides the first weights and dropout's draws.</param>
    /// <param name="device">Where it lives; null is the CPU.</param>
    /// <exception cref="KdException"><c>KD1201</c>: unknown kind; <c>KD1205</c>: sizes that make no model, all of them listed.</exception>
    public static Model Create(ModelSpec spec, int vocabulary, int classes, int maxLength, long seed, torch.Device? device = null)
        => Create(new ModelShape(spec, vocabulary, classes, maxLength), seed, device);

    /// <summary>Makes a model, in training mode.</summary>
    /// <param name="shape">Architecture and sizes, of a text model without and of an image model with <see cref="ModelShape.Image"/>.</param>
    /// <param name="seed">Decides the first weights and dropout's draws.</param>
    /// <param name="device">Where it lives; null is the CPU.</param>
    /// <exception cref="KdException"><c>KD1201</c>: unknown kind, or one of another task; <c>KD1205</c>: sizes that make no model, all of them listed.</exception>
    public static Model Create(ModelShape shape, long seed, torch.Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (!Constructors.TryGetValue(shape.Spec.Kind, out var found) || TaskNames.IsText(found.Task) != shape.Image is null)
            throw new KdException("KD1201", $"there is no model of kind '{shape.Spec.Kind}' for {(shape.Image is null ? "texts" : "images")}.", remedy: $"Choose one of {string.Join(", ", Constructors.Where(c => TaskNames.IsText(c.Value.Task) == shape.Image is null).Select(c => c.Key))}.");
        if (FamilySettings.Has(shape, out FamilySettings? family))
            shape = shape with { Family = family };
        if (DecoderSettings.Default(shape.Spec.Kind) is { } decoder)
            shape = shape with { Decoder = shape.Decoder ?? decoder };
        ModelSizes.Check(shape);
        Model model = TorchRuntime.WithSeed(seed, () => found.Construct(shape));
        if (device is not null && device.type != DeviceType.CPU)
            model.to(device);
        model.Random = new torch.Generator((ulong)seed);
        model.train();
        return model;
    }
}
