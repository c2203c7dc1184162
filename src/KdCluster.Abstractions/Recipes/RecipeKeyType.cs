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
    Numbers,
    /// <summary>A column's name, or its position written as a whole number.</summary>
    Column,
    /// <summary>A number, or the section of a <see cref="ScheduleSpec"/>.</summary>
    Scheduled,
    Section,
    Sections,
    /// <summary>Sections with names that the recipe chooses.</summary>
    Named,
}
