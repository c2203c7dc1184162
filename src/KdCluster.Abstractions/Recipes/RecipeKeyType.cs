namespace KdCluster.Recipes;

/// <summary>What a key's value is.</summary>
internal enum RecipeKeyType
{
    Text,
    Whole,
    Number,
    Flag,
    Texts,
    Wholes,
    /// <summary>A column's name, or its position written as a whole number.</summary>
    Column,
    Section,
    Sections,
}
