namespace KdCluster.Recipes;

/// <summary>Conditions that keys of several sections share.</summary>
internal static class RecipeConditions
{
    internal static readonly RecipeCondition WithTeachers = new(
        "with teachers", "Name teachers in `teachers`, or leave this out.",
        t => t.Count("teachers") is { } n && !t.Unknown("driver.kind") ? n > 0 || t.Text("driver.kind") == DriverSpec.Generations : null);
}
