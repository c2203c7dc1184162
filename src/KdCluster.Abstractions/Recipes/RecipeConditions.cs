namespace KdCluster.Recipes;

/// <summary>Conditions that keys of several sections share.</summary>
internal static class RecipeConditions
{
    internal static readonly RecipeCondition WithTeachers = new(
        "with teachers", "Name teachers in `teachers`, or leave this out.", t => t.Count("teachers") is { } n ? n > 0 : null);
}
