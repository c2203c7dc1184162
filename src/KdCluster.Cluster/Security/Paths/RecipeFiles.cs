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
        foreach ((string key, string? file) in new[] { ("train", recipe.Data.Train), ("validation", recipe.Data.Validation), ("test", recipe.Data.Test) })
        {
            try
            {
                _ = file is null ? null : roots.Check(file, $"data.{key}");
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
