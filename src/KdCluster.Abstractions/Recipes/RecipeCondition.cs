namespace KdCluster.Recipes;

/// <summary>When a key has a meaning. A key given where it has none is refused, and the effective recipe leaves it out.</summary>
/// <param name="When">In words, after "only".</param>
/// <param name="Remedy">What to do when it does not hold.</param>
/// <param name="Holds">Null when the recipe is too broken to tell.</param>
internal sealed record RecipeCondition(string When, string Remedy, Func<RecipeTree, bool?> Holds)
{
    /// <summary>A remedy that fits better than <see cref="Remedy"/> where this recipe is; null: none.</summary>
    public Func<RecipeTree, string?>? RemedyFor { get; init; }
}
