namespace KdCluster.Recipes;

/// <summary>The models that a recipe names, wherever it does.</summary>
public static class RecipeModels
{
    /// <summary>The folders that models begin with, by their keys.</summary>
    public static IReadOnlyList<(string Key, string Folder)> PretrainedOf(Recipe recipe)
    {
        List<(string, string)> folders = [];
        Change(recipe, (key, model) =>
        {
            if (model.Pretrained is { } folder)
                folders.Add(($"{key}.pretrained", folder));
            return model;
        });
        return folders;
    }

    /// <summary>The recipe with other names of those folders.</summary>
    /// <param name="recipe">As read.</param>
    /// <param name="change">From a key and the folder that it names to the folder's other name.</param>
    public static Recipe ChangePretrained(Recipe recipe, Func<string, string, string> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Change(recipe, (key, model) => model.Pretrained is { } folder ? model with { Pretrained = change($"{key}.pretrained", folder) } : model);
    }

    private static Recipe Change(Recipe recipe, Func<string, ModelSpec, ModelSpec> change)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe with
        {
            Student = change("student", recipe.Student),
            Stages = recipe.Stages is null ? null : Stages(recipe.Stages, "", change),
            Driver = Driver(recipe.Driver, "", change),
            Variants = recipe.Variants is null ? null : new(recipe.Variants.Select(v => KeyValuePair.Create(v.Key, v.Value with
            {
                Student = change($"variants.{v.Key}.student", v.Value.Student),
                Stages = Stages(v.Value.Stages, $"variants.{v.Key}.", change),
                Driver = Driver(v.Value.Driver, $"variants.{v.Key}.", change),
            }))),
            Teachers = [.. recipe.Teachers.Select((t, i) => t.Train is null ? t : t with { Train = t.Train with { Model = change($"teachers[{i}].train.model", t.Train.Model) } })],
        };
    }

    private static IReadOnlyList<StageSpec> Stages(IReadOnlyList<StageSpec> stages, string at, Func<string, ModelSpec, ModelSpec> change)
        => [.. stages.Select((s, i) => s with { Student = change($"{at}stages[{i}].student", s.Student) })];

    private static DriverSpec? Driver(DriverSpec? driver, string at, Func<string, ModelSpec, ModelSpec> change)
        => driver?.Students is null ? driver : driver with { Students = [.. driver.Students.Select((m, i) => change($"{at}driver.students[{i}]", m))] };
}
