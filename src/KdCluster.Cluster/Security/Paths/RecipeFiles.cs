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
        IEnumerable<(string Key, string? File)> data = RecipePaths.FilesOf(recipe.Data).Select(f => (f.Key, (string?)f.File));
        foreach ((string key, string? file) in data.Append(("weighting.from", WeightingSpec.IsFile(recipe.Weighting.From) ? recipe.Weighting.From : null)).Concat(recipe.Teachers.Select((t, i) => ($"teachers[{i}].tokenizer", t.Tokenizer))).Concat(RecipeModels.PretrainedOf(recipe).Select(p => (p.Key, (string?)p.Folder))))
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
