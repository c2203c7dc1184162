using System.Collections.ObjectModel;
using KdCluster.SoftTargets;

namespace KdCluster.Recipes;

/// <summary>The losses that a term of the objective may name, with the options of each. One that is added here needs a class in the learning library's table of losses too.</summary>
public static class RecipeTableLosses
{
    private const string Temperature = "temperature";
    private const string StudentTemperature = "studentTemperature";
    private const string Layers = "layers", Projection = "projection", Heads = "heads", Window = "window", Pool = "pool", Shift = "probabilityShift";

    private static readonly RecipeLoss[] Losses =
    [
        new("cross-entropy", "labels: −Σ y·log q", false, Options(("smoothing", 0))),
        new("squared-error", "labels of a regression: (s − y)²", false, Options()) { Tasks = LossTasks.Scores },
        new("absolute-error", "labels of a regression: |s − y|", false, Options()) { Tasks = LossTasks.Scores },
        new("confidence-penalty", "student only: −H(q), against overconfidence", false, Options()),
        Shifted(new("kd", "T²·KL(p‖q), both at T; the default objective's soft part", true, Options((Temperature, 4)))),
        Shifted(new("reverse-kl", "T²·KL(q‖p), both at T: the student may ignore classes that it cannot learn, instead of covering all", true, Options((Temperature, 4)))),
        Shifted(new("soft-cross-entropy", "−Σ p·log q without T², with separate temperatures for teacher and student", true, Options((Temperature, 4), (StudentTemperature, 1)))),
        Shifted(new("mse", "mean over the classes of ((s − Φ·z)/T)²; of a regression (s − Φ·t)²", true, Options((Temperature, 1), ("targetScale", 1)))) with { Tasks = LossTasks.All },
        Shifted(new("l1", "Σ over the classes of |s − z|; of a regression |s − t|", true, Options())) with { Tasks = LossTasks.All },
        Shifted(new("standardised-kd", "`kd` on logits whose mean and deviation over the classes are 0 and 1", true, Options((Temperature, 2)))),
        new("beta-smoothing", "labels that are smoothed the less, the surer teacher `average` is of them: sorted draws of Beta(shape, 1)", true, Options(("shape", 3))),
        Shifted(new("dist", "1 − correlation of p and q, over the classes of an instance and over the instances of a class", true, Options((Temperature, 1), ("inter", 1), ("intra", 1)))),
        Shifted(new("kd-flsw", "`kd` at a temperature for each instance, T + β·(mean w − w), w = (1 − cos(s, z))^γ: the lower, the more student and teacher differ", true, Options((Temperature, 4), ("beta", 1), ("gamma", 1)))),
        Shifted(new("kd-cwsm", "`kd` at a temperature for each instance, T + β·(mean w − w), w = 1/max q: the lower, the less sure the student is", true, Options((Temperature, 4), ("beta", 1)))),
        Shifted(new("skd-direction", "Mahalanobis length of an instance's row of the difference between the cosines of the batch's logits", true, Options(("ridge", 0.1)))),
        Of("hidden-mse", "states of layers: mean over tokens and width of (P·s − t)², P the projection", OutputFamily.Hidden, Layers, Projection),
        Of("hidden-cosine", "states of layers: mean over the tokens of 1 − cos(P·s, t)", OutputFamily.Hidden, Layers, Projection),
        Of("patient", "states of layers: ‖P·s − t‖² of the first token, both at length 1", OutputFamily.Hidden, Layers, Projection),
        Of("fsp", "states of layers: mean of the squared difference of aᵀb/length, a and b the states of a layer and the next one listed, so that the order of `layers` matters; equal widths", OutputFamily.Hidden, Layers),
        Of("vid", "states of layers: −log of a normal density, its mean a network of the student's states, its variance one for each of the teacher's channels; both are trained", OutputFamily.Hidden, Layers),
        Of("token-gram", "states of layers: mean of the squared difference of the tokens' products a·b/width", OutputFamily.Hidden, Layers),
        Of("nst", "states of layers: squared maximum mean discrepancy between the channels, kernel (a·b)²", OutputFamily.Hidden, Layers),
        Of("word-relation", "states of layers: KL between how near each token is to the others, by cosine", OutputFamily.Hidden, Layers),
        Of("word-angle", "states of layers: squared difference of the angles between tokens that are near in the text", OutputFamily.Hidden, Layers, Window),
        Of("layer-relation", "states of layers: KL between how near a token's states in the layers are to each other; three layers or more", OutputFamily.Hidden, Layers),
        Of("layer-angle", "states of layers: squared difference of the angles between a token's states in three layers", OutputFamily.Hidden, Layers),
        Of("attention-mse", "scores of attention before the softmax: mean of (s − t)² over the tokens' pairs and heads", OutputFamily.Attention, Layers, Heads),
        Of("attention-ce", "attention: −Σ softmax(t)·log softmax(s), a mean over tokens and heads", OutputFamily.Attention, Layers, Heads),
        Of("map-mse", "feature maps: mean over pixels and channels of (P·s − t)²", OutputFamily.Map, Layers, Projection, Pool),
        Of("map-vid", "feature maps: −log of a normal density, its mean a network of the student's maps, its variance one for each of the teacher's channels; both are trained", OutputFamily.Map, Layers, Pool),
        Of("review", "feature maps: mean of (o − t)² at the map's size and smaller ones, o fused of the student's layer and the deeper ones by networks that are trained; two layers or more, listed from shallow to deep", OutputFamily.Map, Layers, Pool),
        Of("factor-transfer", "feature maps: mean of |f_s − f_t|, f_t the factor of a paraphraser that learns the teacher's maps in the first steps, f_s a translator's of the student's, both at length 1", OutputFamily.Map, Layers, Pool)
            with { Options = Options(("rate", 0.5), ("warmup", 0.2)) },
        Of("map-affinity", "feature maps: mean of the squared difference of the cosines between pixels", OutputFamily.Map, Layers, Pool),
        Of("attention-transfer", "feature maps: squared difference of where they are strong, each at length 1", OutputFamily.Map, Layers, Pool),
        Of("map-nst", "feature maps: squared maximum mean discrepancy between the channels, kernel (a·b)²", OutputFamily.Map, Layers, Pool),
        Of("map-fsp", "feature maps: sum of the norms of the columns of the difference of aᵀb/pixels, a and b the maps of a layer and the next one listed, so that the order of `layers` matters; equal channels", OutputFamily.Map, Layers, Pool),
        Of("channel-similarity", "feature maps: squared difference of the channels' products, each row at length 1, divided by the channels", OutputFamily.Map, Layers, Projection, Pool),
        Of("channel-affinity", "feature maps: Σ over the channels of ‖u·uᵀ − v·vᵀ‖/pixels, u and v a channel at length 1", OutputFamily.Map, Layers, Projection, Pool),
        Of("channel-correlation", "feature maps: mean over the pixels of 1 − correlation over the channels", OutputFamily.Map, Layers, Projection, Pool),
        Of("spatial-correlation", "feature maps: 1 − correlation over the pixels of the channels' sum", OutputFamily.Map, Layers, Pool),
        Of("embedding-mse", "embedding of the instance: mean over the width of (P·s − t)²", OutputFamily.Embedding, Projection),
        Of("embedding-cosine", "embedding of the instance: 1 − cos(P·s, t)", OutputFamily.Embedding, Projection),
        Of("pad", "embedding of the instance: mean over the width of (P·s − t)²/e^v + v, v guessed from P·s by a map that is trained", OutputFamily.Embedding, Projection),
        Of("similarity", "embeddings of the batch: squared difference of their products, each row at length 1", OutputFamily.Embedding),
        Of("pkt", "embeddings of the batch: KL between how near each instance is to the others, by cosine", OutputFamily.Embedding),
        Of("rkd-distance", "embeddings of the batch: smooth L1 of their distances, divided by the mean distance", OutputFamily.Embedding),
        Of("rkd-angle", "embeddings of the batch: smooth L1 of the cosines of the angles in their triangles", OutputFamily.Embedding),
        Of("cckd", "embeddings of the batch: squared difference of their Gaussian kernels exp(−γ·distance²), as a series up to `order`", OutputFamily.Embedding) with { Options = Options(("gamma", 0.4), ("order", 2)) },
        Of("cckd-bilinear", "embeddings of the batch: squared difference of their cosines", OutputFamily.Embedding),
        Of("srd", "embeddings of the batch: log Σ|P·s − t|^p, both with mean 0 and variance 1 over the batch", OutputFamily.Embedding, Projection) with { Options = Options(("power", 4)) },
        Of("contrast", "embeddings of the batch: −log softmax of cos/T without T², T at least 0.015, the instance's counterpart among all others of student and teacher", OutputFamily.Embedding, Projection) with { Options = Options((Temperature, 1)) },
        Of("paired-hinge", "embeddings of the batch: max(0, margin − cos with the counterpart + cos with another instance's)", OutputFamily.Embedding, Projection) with { Options = Options(("margin", 1)) },
        Of("crd", "embedding of the instance against those of `negatives` other training rows, as they were last: −log of the odds that its counterpart is told from them, by e^(cos/T) without T², T at least 0.015, and the same the other way round", OutputFamily.Embedding)
            with { Options = Options((Temperature, 0.07), ("negatives", 1024), ("momentum", 0.5), ("width", 128)) },
        Adversary("adversary", "logits", OutputFamily.Logits),
        Adversary("embedding-adversary", "embedding", OutputFamily.Embedding, Projection),
        Adversary("hidden-adversary", "states of layers", OutputFamily.Hidden, Layers, Projection),
        Adversary("map-adversary", "feature maps", OutputFamily.Map, Layers, Projection, Pool),
    ];

    /// <summary>What losses and weightings may look at. Which of them a teacher serves, and with which shape, hangs on its model.</summary>
    internal static readonly RecipeChoice[] Outputs =
    [
        new(OutputNames.Logits, "raw scores per class, [classes]: every model"),
        new(OutputNames.Score, "the number that a model of the task `text-regression` gives, [1], in place of the logits"),
        new(OutputNames.Embedding, "the pooled hidden state before the classifier, [width]: every model"),
        new("hidden.N", "the states of layer N, [length, width]; 0 is the embedding of the tokens: every text model has it, `bilstm` and the transformers have further layers"),
        new("attention.N", "the scores of layer N's attention before the softmax, [heads, length, length]; from 1: transformers"),
        new("map.N", "the feature maps of layer N, [channels, height, width]; from 1: `resnet` after each stage, `cnn` after each maximum over pixels; also averaged to G×G pixels, as `map.N.poolG`, G one of 1, 2, 4 and 8"),
    ];

    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<RecipeLoss> All => Losses;

    /// <summary>One of them; null: there is no such name.</summary>
    public static RecipeLoss? Find(string name) => Array.Find(Losses, l => l.Name == name);

    private static RecipeLoss Of(string name, string doc, OutputFamily compares, params string[] keys) => new(name, doc, true, Options()) { Compares = compares, Keys = keys, Tasks = LossTasks.All };

    // Teachers that are wrong may be set right first.
    private static RecipeLoss Shifted(RecipeLoss loss) => loss with { Keys = [Shift] };

    private static RecipeLoss Adversary(string name, string what, OutputFamily compares, params string[] keys) =>
        Of(name, $"{what}: −D(s), D the critic of the loop `{LoopSpec.TwoPlayer}`, which tells the student's from the teacher's", compares, keys) with { IsAdversary = true, Tasks = compares == OutputFamily.Logits ? LossTasks.Classes : LossTasks.All };

    private static ReadOnlyDictionary<string, double> Options(params (string Name, double Default)[] options) => options.ToDictionary(o => o.Name, o => o.Default).AsReadOnly();
}

/// <summary>A loss as recipes know it.</summary>
/// <param name="Name">As in <see cref="TermSpec.Loss"/>.</param>
/// <param name="Doc">What it is, for the person who chooses.</param>
/// <param name="NeedsTeachers">Whether it has no meaning without teachers.</param>
/// <param name="Options">Its keys with a number, beside the weight, with their defaults.</param>
public sealed record RecipeLoss(string Name, string Doc, bool NeedsTeachers, IReadOnlyDictionary<string, double> Options)
{
    /// <summary>What of student and teachers it compares.</summary>
    public OutputFamily Compares { get; init; } = OutputFamily.Logits;

    /// <summary>Whether it is what a critic says, which only <see cref="LoopSpec.TwoPlayer"/> has.</summary>
    public bool IsAdversary { get; init; }

    /// <summary>Which tasks it has a meaning for.</summary>
    public LossTasks Tasks { get; init; }

    /// <summary>Whether it has a meaning for a task.</summary>
    /// <param name="task">Of <see cref="TaskNames"/>.</param>
    public bool Fits(string task) => Tasks == LossTasks.All || (Tasks == LossTasks.Scores) == TaskNames.IsRegression(task);

    /// <summary>Its other keys.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>All its keys beside the weight.</summary>
    /// <summary>Whether it brings what the student says to the width of what the teacher says.</summary>
    public bool Projects => Keys.Contains("projection");

    internal IEnumerable<string> AllKeys => Options.Keys.Concat(Keys);

    /// <summary>The term with every option of the loss filled in.</summary>
    internal TermSpec Complete(TermSpec term) => term with
    {
        Temperature = term.Temperature ?? Default("temperature"),
        StudentTemperature = term.StudentTemperature ?? Default("studentTemperature"),
        TargetScale = term.TargetScale ?? (Default("targetScale") is { } scale ? scale : null),
        Smoothing = term.Smoothing ?? Default("smoothing"),
        Shape = term.Shape ?? Default("shape"),
        Inter = term.Inter ?? Default("inter"),
        Intra = term.Intra ?? Default("intra"),
        Projection = term.Projection ?? Default("projection", "linear"),
        Heads = term.Heads ?? Default("heads", "each"),
        Window = term.Window ?? (Keys.Contains("window") ? 21 : null),
        Beta = term.Beta ?? Default("beta"),
        Gamma = term.Gamma ?? Default("gamma"),
        Order = term.Order ?? (int?)Default("order"),
        Power = term.Power ?? Default("power"),
        Margin = term.Margin ?? Default("margin"),
        Ridge = term.Ridge ?? Default("ridge"),
        Negatives = term.Negatives ?? (int?)Default("negatives"),
        Momentum = term.Momentum ?? Default("momentum"),
        Width = term.Width ?? (int?)Default("width"),
        Rate = term.Rate ?? Default("rate"),
        Warmup = term.Warmup ?? Default("warmup"),
        ProbabilityShift = term.ProbabilityShift == true ? true : null,
    };

    private string? Default(string key, string value) => Keys.Contains(key) ? value : null;

    private double? Default(string option) => Options.TryGetValue(option, out double value) ? value : null;
}

/// <summary>Tasks that a loss has a meaning for.</summary>
public enum LossTasks
{
    /// <summary>Those with classes.</summary>
    Classes,

    /// <summary>Those with a score.</summary>
    Scores,

    /// <summary>All.</summary>
    All,
}

/// <summary>Outputs that a loss compares.</summary>
public enum OutputFamily
{
    /// <summary>The scores per class, or the score.</summary>
    Logits,

    /// <summary>The embedding of the instance.</summary>
    Embedding,

    /// <summary>The states of layers, one per token.</summary>
    Hidden,

    /// <summary>The scores of the layers' attention.</summary>
    Attention,

    /// <summary>The feature maps of layers.</summary>
    Map,
}
