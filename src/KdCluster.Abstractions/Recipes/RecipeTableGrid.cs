using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of a run's driver: those of any driver, and the axes of a grid.</summary>
internal static class RecipeTableGrid
{
    // Without the plus sign, which joins the levels of a combination.
    private const string NamePattern = "^[A-Za-z0-9][A-Za-z0-9-]{0,39}$";

    private const string NameForm = "1 to 40 letters, digits and dashes, the first a letter or digit";

    internal static readonly RecipeChoice[] Drivers = [.. RecipeTableStages.Drivers, new(DriverSpec.Grid, "every combination of the levels of its axes, each a row of the report, with their effects and interactions")];

    private static readonly RecipeKey Levels = new("axis", Named, "One axis: its levels by name, each with the keys of a variant.")
    {
        Pattern = NamePattern,
        Form = NameForm,
        MinItems = 2,
        Keys = RecipeTableVariants.Keys,
    };

    internal static readonly RecipeKey Driver = RecipeTableStages.Driver with
    {
        Doc = "Runs the stages (or the recipe, where it names none) several times: one after the other, where from the second round on the teachers are the student of the round before; or side by side, as a grid.",
        Keys =
        [
            RecipeTableStages.Driver.Keys[0] with { Doc = RecipeChoice.Text(Drivers), Choices = [.. Drivers.Select(d => d.Name)] },
            .. RecipeTableStages.Driver.Keys[1..],
            new("axes", Named, "With `grid` only, and required there. The axes by name, each with two levels or more by name; a level has the keys of a variant, and may be empty: `{ \"kd\": { \"labels\": { \"teachers\": [] }, \"kd\": {} } }`. Every combination is trained.")
            {
                Pattern = NamePattern,
                Form = NameForm,
                MinItems = 1,
                Inner = Levels,
            },
        ],
    };
}
