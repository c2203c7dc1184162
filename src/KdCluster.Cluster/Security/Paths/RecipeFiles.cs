using KdCluster.Recipes;

namespace KdCluster.Cluster.Security;

/// <summary>The files that a recipe names.</summary>
internal static class RecipeFiles
{
    /// <summary>Checks all of them.</summary>
    /// <exception cref="KdException"><c>KD1807</c>, for every file that lies outside.</exception>
    public static void Check(this PathRoots roots, Recipe recipe)
    {
        List<KdError> errors = [];
        (string Key, string? File)[] data = [("data.train", recipe.Data.Train), ("data.validation", recipe.Data.Validation), ("data.test", recipe.Data.Test),
            ("data.trainLabels", recipe.Data.TrainLabels), ("data.validationLabels", recipe.Data.ValidationLabels), ("data.testLabels", recipe.Data.TestLabels)];
        foreach ((string key, string? file) in data.Append(("weighting.from", WeightingSpec.IsFile(recipe.Weighting.From) ? recipe.Weighting.From : null)).Concat(recipe.Teachers.Select((t, i) => ($"teachers[{i}].tokenizer", t.Tokenizer))))
        {
            try
            {
                _ = file is null ? null : roots.Check(file, key);
            }
            catch (KdException e)
            {
                errors.AddRange(e.Errors);
            }
        }

        if (errors.Count > 0)
        {
            throw new KdException(errors);
        }
    }
}
