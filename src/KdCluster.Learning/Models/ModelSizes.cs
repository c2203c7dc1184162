using KdCluster.Recipes;

namespace KdCluster.Learning.Models;

/// <summary>Refuses sizes of which no model can be made, all of them at once.</summary>
internal static class ModelSizes
{
    public static void Check(ModelSpec spec, int vocabulary, int classes, int maxLength)
    {
        var errors = new List<KdError>();
        void Require(bool holds, string field, string what)
        {
            if (!holds)
                errors.Add(new KdError("KD1205", what, field));
        }

        foreach ((string field, int value) in (ReadOnlySpan<(string, int)>)[("embedding", spec.Embedding), ("hidden", spec.Hidden), ("layers", spec.Layers), ("maxLength", maxLength)])
            Require(value >= 1, field, $"{value} is below 1.");
        Require(vocabulary >= 2, "vocabulary", $"{vocabulary} tokens are no vocabulary.");
        Require(classes >= 2, "classes", $"{classes} class(es) cannot be distinguished.");
        Require(spec.Dropout is >= 0 and < 1, "dropout", $"{spec.Dropout} is not a probability below 1.");
        if (spec.Kind == "transformer")
            Require(spec.Heads >= 1 && spec.Embedding % spec.Heads == 0, "heads", $"{spec.Heads} heads do not divide the width {spec.Embedding}.");
        if (spec.Kind == "text-cnn")
        {
            Require(spec.Filters.Count > 0 && spec.Filters.All(f => f >= 1), "filters", "a filter is at least one token wide, and there is at least one.");
            Require(spec.Filters.Distinct().Count() == spec.Filters.Count, "filters", "a filter width is given twice.");
        }
        if (errors.Count > 0)
            throw new KdException(errors);
    }
}
