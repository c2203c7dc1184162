using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of <see cref="ObjectiveSpec"/> and <see cref="TrainingSpec"/>.</summary>
internal static class RecipeTableTraining
{
    private const string InsteadOfTerms = "Leave it out, or leave out `terms`.";

    private static readonly RecipeCondition TeachersWithoutTerms = RecipeConditions.WithTeachers with
    {
        When = "with teachers and without `terms`",
        Holds = t => HasTerms(t) is { } terms && RecipeConditions.WithTeachers.Holds(t) is { } any ? any && !terms : null,
        RemedyFor = t => HasTerms(t) == true ? InsteadOfTerms : null,
    };

    private static readonly RecipeCondition TeachersOrNoAlpha = RecipeConditions.WithTeachers with
    {
        When = "above 0 with teachers and without `terms`",
        Holds = t => HasTerms(t) is { } terms && RecipeConditions.WithTeachers.Holds(t) is { } any && t.Number("objective.alpha") is { } alpha ? !terms && (any || alpha == 0) : null,
        RemedyFor = t => HasTerms(t) == true ? InsteadOfTerms : null,
    };

    internal static readonly RecipeKey Objective = new("objective", Section, "The loss: L = α·T²·KL(p‖q) + (1−α)·CE, with p the mixed teachers and q the student, both softened by T; of a regression L = α·(s − t)² + (1−α)·(s − y)², with t the mixed teachers' score.")
    {
        Keys =
        [
            new("temperature", Number, "T. The store keeps logits before temperature, so another T needs no teacher.") { Min = 0, AboveMin = true, Only = RecipeTableTask.Distributions.And(TeachersWithoutTerms) },
            new("alpha", Number, "α: 0 is labels only, 1 is teachers only. Without teachers it is 0.") { Min = 0, Max = 1, Only = TeachersOrNoAlpha },
            RecipeTableTerms.Terms,
        ],
    };

    internal static readonly RecipeKey Training = new("training", Section, "The optimisation of the student.")
    {
        Keys =
        [
            new("epochs", Whole, "Passes over the training rows.") { Min = 1, Max = 1_000_000 },
            new("batchSize", Whole, "Instances in a step.") { Min = 1, Max = 1_000_000 },
            new("optimizer", Text, "The optimizer.") { Choices = ["adam", "adamw"] },
            new("learningRate", Number, "Peak learning rate.") { Min = 0, AboveMin = true },
            new("weightDecay", Number, "Weight decay: decoupled with `adamw`, added to the gradient with `adam`.") { Min = 0 },
            new("warmup", Number, "Share of all steps in which the learning rate rises from 0 to its peak.") { Min = 0, Max = 1 },
            new("decay", Text, "Learning rate after the warm-up: to 0 along a line or a cosine, or constant.") { Choices = ["linear", "cosine", "none"] },
            new("clip", Number, "Largest L2 norm of all gradients together; larger gradients are scaled down. 0: no clipping.") { Min = 0 },
            new("augmentation", Section, "Changes to the training texts, drawn anew for each instance and epoch. Only the student sees them: teachers answer for the texts as they are.")
            {
                Only = RecipeTableTask.LabelledTexts,
                Keys =
                [
                    new("dropWords", Number, "Probability with which each word is left out.") { Min = 0, Max = 1, BelowMax = true },
                    new("maskSpans", Number, "Share of the words that the unknown word replaces, in spans.") { Min = 0, Max = 1, BelowMax = true },
                    new("spanLength", Whole, "Words in a masked span; 3 when left out.") { Min = 1, Max = 1_000 },
                ],
            },
            new("freeze", Texts, "Parts of the model that stay as they are, such as `embedding`, `block_0`, `classifier` or `bert.encoder.layer.0`: their weights are not trained, and they answer as in evaluation. Of a stage mostly, which begins with the weights of an earlier one. Which parts a model has, an error says that names them all.") { MinItems = 1 },
            new("pruning", Section, "The smallest weights of each linear and convolution layer become 0, more and more of them during the training.")
            {
                Keys =
                [
                    new("sparsity", Number, "Share of a layer's weights that is 0 in the end.") { Required = true, Min = 0, AboveMin = true, Max = 1, BelowMax = true },
                    new("until", Number, "Share of the steps in which that share rises from 0: sparsity·(1 − (1 − t)³), t from 0 to 1; 0.75 when left out.") { Min = 0, AboveMin = true, Max = 1 },
                ],
            },
            new("quantization", Section, "The weights of linear layers are rounded when a checkpoint is made, one scale for each output of a layer; what is validated and tested is the rounded model. Computation stays float32.")
            {
                Keys = [new("bits", Whole, "Bits of a weight; 8 when left out.") { Min = 2, Max = 8 }],
            },
            new("seeds", Wholes, "One student is trained per seed; results are their mean.") { MinItems = 1 },
            new("checkpointEvery", Whole, "Steps between the checkpoints from which a killed run resumes. 0: only at the end of each epoch.") { Min = 0, Max = int.MaxValue },
            new("prefetch", Whole, "Batches of soft targets that are fetched before the student needs them.") { Min = 1, Max = 10_000, Only = RecipeConditions.WithTeachers },
            new("device", Text, "`cpu`, `cuda` or `cuda:N`.") { Pattern = "^(cpu|cuda(:[0-9]{1,3})?)$", Form = "`cpu`, `cuda` or `cuda:N`" },
        ],
    };

    private static bool? HasTerms(RecipeTree tree) => tree.Unknown("objective.terms") ? null : tree.Count("objective.terms") is > 0;
}
