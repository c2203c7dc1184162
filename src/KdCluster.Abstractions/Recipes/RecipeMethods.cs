namespace KdCluster.Recipes;

/// <summary>Methods from papers. To add one: its recipe in <c>recipes/methods</c>, a line here, and a section in <c>docs/methods.md</c>.</summary>
internal static class RecipeMethods
{
    /// <summary>Those that are a recipe of <c>recipes/methods</c>, by the file's name.</summary>
    internal static readonly RecipeChoice[] Recipes =
    [
        Of("annealing", "teachers' logits scaled by a factor that rises to 1, then labels", "2104.07163"),
        Of("contextual", "relations between words and between layers, beside the logits", "2109.08359"),
        Of("teacher-assistant", "through models of sizes between teacher and student", "1902.03393"),
        Of("self-distillation", "generations of one model", "2006.05065"),
        Of("beta-smoothing", "labels smoothed by how sure the student's moving average is", "2006.05065"),
        Of("reinforced-gap", "a policy chooses teachers for each instance and sees how far the student is from each", "2502.18510"),
        Of("dataset-distillation", "ten made images that teach instead of all real ones", "1910.02551"),
        Of("with", "distillation with augmentation, pruning and quantisation, every combination", "2009.04120"),
    ];

    internal static readonly RecipeChoice[] All =
    [
        .. Recipes,
        new("reinforced", "a weighting: a policy chooses teachers for each instance and learns from a reward (arXiv 2012.06048); any recipe with `weighting.kind`"),
        new("distillation-score", "a metric of size and accuracy (arXiv 2007.09029); in every report of a run with teachers"),
    ];

    private static RecipeChoice Of(string name, string doc, string paper) => new(name, $"{doc} (arXiv {paper}); recipes/methods/{name}.json");
}
