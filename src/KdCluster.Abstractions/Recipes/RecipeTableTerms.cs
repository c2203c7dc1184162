using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of <see cref="TermSpec"/> and <see cref="ScheduleSpec"/>.</summary>
internal static class RecipeTableTerms
{
    internal static readonly RecipeChoice[] Schedules =
    [
        new(ScheduleSpec.Constant, "always the same value"),
        new("linear", "along a line"),
        new("cosine", "along a cosine"),
        new("exponential", "by equal factors"),
        new("steps", "in `levels` steps of whole epochs"),
    ];

    /// <summary>The keys of a schedule, where a number may be one.</summary>
    internal static readonly RecipeKey[] Schedule =
    [
        new("kind", Text, $"How the value changes from `from` to `to`. {RecipeChoice.Text(Schedules)}") { Required = true, Choices = [.. Schedules.Select(s => s.Name)] },
        new("from", Number, "The value at the first step.") { Required = true },
        new("to", Number, "The exact value at the last step.") { Required = true },
        new("over", Number, "Share of the stage in which the value changes; after that it is `to`. Left out: 1.") { Min = 0, AboveMin = true, Max = 1 },
        new("levels", Whole, "Number of values, at most the number of epochs. Only with `steps`, and required there.") { Min = 2, Max = 1_000_000 },
    ];

    internal static readonly RecipeKey Terms = new("terms", Sections, "The loss as a sum of terms, instead of `temperature` and `alpha`.")
    {
        MinItems = 1,
        Keys =
        [
            new("loss", Text, "The loss, a mean over the instances. What each is stands under \"The losses\" in docs/recipe.md; `kd list losses` prints it.") { Required = true, Choices = [.. RecipeTableLosses.All.Select(l => l.Name)] },
            new("weight", Scheduled, "The term's factor in the sum. Left out: 1.") { Min = 0, Keys = Schedule },
            new("temperature", Number, With("temperature", "T of the teachers, and of the student if `studentTemperature` is left out")) { Min = 0, AboveMin = true },
            new("studentTemperature", Number, With("studentTemperature", "T of the student")) { Min = 0, AboveMin = true },
            new("targetScale", Scheduled, With("targetScale", "Φ, a factor of the teachers' logits")) { Min = 0, Keys = Schedule },
            new("smoothing", Number, With("smoothing", "ε: the label's class gets 1 − ε, the others share ε")) { Min = 0, Max = 1, BelowMax = true },
            new("shape", Number, With("shape", "a of Beta(a, 1): the larger, the surer the labels")) { Min = 0, AboveMin = true },
            new("inter", Number, With("inter", "Factor of the correlation over the classes of an instance")) { Min = 0 },
            new("intra", Number, With("intra", "Factor of the correlation over the instances of a class")) { Min = 0 },
            new("layers", Sections, Of("layers", "The layers that are compared. Left out: as many as the depths of student and teacher share, at equal distances, the embedding of the tokens as layer 0 included where states are compared"))
            {
                MinItems = 1,
                Keys =
                [
                    new("student", Whole, "Layer of the student; 0 is the embedding of the tokens.") { Required = true, Min = 0, Max = 1_024 },
                    new("teacher", Whole, "Layer of each teacher.") { Required = true, Min = 0, Max = 1_024 },
                ],
            },
            new("projection", Text, Of("projection", "What brings the student's states to the teacher's width. `linear`: a linear map for each teacher and layer, trained with the student and not part of it; `relu`, `tanh`: one with that function after it; `none`: the widths are equal. Left out: `linear`")) { Choices = ["linear", "relu", "tanh", "none"] },
            new("heads", Text, Of("heads", "`each`: head against head; `mean`: the means over the heads; `sum`: their sums, only with `attention-mse`. Left out: `each`")) { Choices = ["each", "mean", "sum"] },
            new("pool", Whole, Of("pool", "Side to which the feature maps of student and teacher are averaged: 1, 2, 4 or 8. Left out: they are compared as they are, and must have the same height and width")) { Min = 1, Max = 8 },
            new("beta", Number, With("beta", "β: how far the instances' temperatures lie apart")) { Min = 0 },
            new("gamma", Number, With("gamma", "γ: of `kd-flsw` the exponent, of `cckd` the kernel's")) { Min = 0, AboveMin = true },
            new("order", Whole, With("order", "The highest power of the kernel's series")) { Min = 1, Max = 20 },
            new("power", Number, With("power", "p: the exponent of the differences")) { Min = 1, Max = 16 },
            new("margin", Number, With("margin", "By how much the counterpart must be nearer than the other")) { Min = 0, AboveMin = true },
            new("ridge", Number, With("ridge", "λ, added to the diagonal of the covariance")) { Min = 0, AboveMin = true },
            new("negatives", Whole, With("negatives", "K: other training rows that an instance is told apart from")) { Min = 1, Max = 65_536 },
            new("momentum", Number, With("momentum", "What is left of a row's last vector when it is seen again")) { Min = 0, Max = 1, BelowMax = true },
            new("width", Whole, With("width", "Width of the vectors that are remembered")) { Min = 2, Max = 1_024 },
            new("rate", Number, With("rate", "Channels of the factor for each of the teacher's")) { Min = 0, AboveMin = true, Max = 1 },
            new("warmup", Number, With("warmup", "Share of the steps in which the paraphraser learns alone; then it stands still")) { Min = 0, AboveMin = true, Max = 1, BelowMax = true },
            new("probabilityShift", Flag, Of("probabilityShift", "Whether a teacher whose likeliest class is not the label is set right first: the two logits change places. Left out: false")),
            new("window", Whole, Of("window", "Tokens that a token is compared with, itself in the middle; odd. Left out: 21")) { Min = 3, Max = 1_023 },
        ],
    };

    private static string Of(string key, string what) => $"{what}. For the losses {string.Join(", ", RecipeTableLosses.All.Where(l => l.Keys.Contains(key)).Select(l => $"`{l.Name}`"))}.";

    private static string With(string option, string what)
    {
        IEnumerable<string> losses = RecipeTableLosses.All.Where(l => l.Options.ContainsKey(option)).Select(l => $"`{l.Name}` ({l.Options[option]:R})");
        return $"{what}. For these losses, with their defaults: {string.Join(", ", losses)}.";
    }
}
