using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of <see cref="LoopSpec"/>. A loop that is added here needs a class in the learning library's table of loops too.</summary>
internal static class RecipeTableLoop
{
    internal static readonly RecipeChoice[] Loops =
    [
        new(LoopSpec.Supervised, "each step lowers the objective on a batch; what a recipe means that names none"),
        new(LoopSpec.TwoPlayer, "beside the student critics learn to tell its outputs from the teachers', and a term `adversary` lets it learn to be taken for them"),
        new(LoopSpec.Bilevel, "learns data instead of weights: a few made instances, their labels and step sizes, such that a student that is taught by them alone does well on the training rows; it needs `student.dropout: 0` and `training.weightDecay: 0`"),
    ];

    private static readonly RecipeCondition MadeTexts = new(
        $"with kind `{LoopSpec.Bilevel}` and texts", "Leave it out.",
        t => t.Text("loop.kind") is { } kind && RecipeTableTask.Of(t) is { } task ? kind == LoopSpec.Bilevel && task == TaskNames.TextClassification : null);

    internal static readonly RecipeKey Loop = new("loop", Section, "What a step of the training does. Left out: `supervised`.")
    {
        Keys =
        [
            new("kind", Text, RecipeChoice.Text(Loops)) { Required = true, Choices = [.. Loops.Select(l => l.Name)] },
            new("criticSteps", Whole, "Steps of the critics after each step of the student, on the same batch; 1 when left out.") { Min = 1, Max = 1_000, Only = Kind(LoopSpec.TwoPlayer) },
            new("criticHidden", Whole, "Width of the critics' hidden layers; 64 when left out.") { Min = 1, Max = 65_536, Only = Kind(LoopSpec.TwoPlayer) },
            new("criticLearningRate", Number, "The critics' learning rate, the same in all steps; 0.0004 when left out.") { Min = 0, AboveMin = true, Only = Kind(LoopSpec.TwoPlayer) },
            new("gradientPenalty", Number, "λ: how strongly the critics' slopes are held at 1; 10 when left out.") { Min = 0, Only = Kind(LoopSpec.TwoPlayer) },
            new("items", Whole, "How many instances are made; the first is of the first class, and so on in turn; 10 when left out. Fewer than there are classes only where `labels` are learned: classes without an instance are then taught by the labels of the others.") { Min = 1, Max = 100_000, Only = Kind(LoopSpec.Bilevel) },
            new("length", Whole, "Tokens of a made text, which lies in the space of the embeddings; 16 when left out.") { Min = 1, Max = 65_536, Only = MadeTexts },
            new("innerSteps", Whole, "Steps in which the student learns from the made data, each with all of it; 1 when left out.") { Min = 1, Max = 1_000, Only = Kind(LoopSpec.Bilevel) },
            new("innerRate", Number, "Size that each of these steps begins with; 0.02 when left out.") { Min = 1e-6, Max = 50, Only = Kind(LoopSpec.Bilevel) },
            new("learn", Texts, "What is learned: the instances (`items`), their `labels`, which begin as their classes and may become any numbers, and the sizes of the steps (`rates`). All three when left out.") { MinItems = 1, Choices = ["items", "labels", "rates"], Only = Kind(LoopSpec.Bilevel) },
            new("begin", Text, "What the instances begin as: `noise`, or the first training rows of their class (`real`); `noise` when left out.") { Choices = ["noise", "real"], Only = Kind(LoopSpec.Bilevel) },
            new("start", Text, "The weights that the student begins with: always the same (`fixed`), or in each step others (`drawn`), so that the data teach any such student; `fixed` when left out. Of texts the embeddings of the tokens are those of the run's seed in both.") { Choices = ["fixed", "drawn"], Only = Kind(LoopSpec.Bilevel) },
        ],
    };

    /// <summary>The keys where what is left out is the recipe's.</summary>
    internal static readonly RecipeKey Part = Loop with { Keys = [.. Loop.Keys.Select(k => k with { Required = false })] };

    /// <summary>The loop with every option of its kind filled in; null for the one that a recipe means that names none.</summary>
    /// <param name="loop">As it is given.</param>
    /// <param name="texts">Whether the task is one of texts.</param>
    internal static LoopSpec? Complete(LoopSpec? loop, bool texts) => loop?.Kind switch
    {
        null or LoopSpec.Supervised => null,
        LoopSpec.TwoPlayer => loop with
        {
            CriticSteps = loop.CriticSteps ?? 1,
            CriticHidden = loop.CriticHidden ?? 64,
            CriticLearningRate = loop.CriticLearningRate ?? 4e-4,
            GradientPenalty = loop.GradientPenalty ?? 10,
        },
        LoopSpec.Bilevel => loop with
        {
            Items = loop.Items ?? 10,
            Length = texts ? loop.Length ?? 16 : null,
            InnerSteps = loop.InnerSteps ?? 1,
            InnerRate = loop.InnerRate ?? 0.02,
            Learn = loop.Learn ?? ["items", "labels", "rates"],
            Begin = loop.Begin ?? "noise",
            Start = loop.Start ?? "fixed",
        },
        _ => loop,
    };

    private static RecipeCondition Kind(string kind) => new(
        $"with kind `{kind}`", $"Leave it out, or choose `{kind}`.", t => t.Text("loop.kind") is { } given ? given == kind : null);
}
