namespace KdCluster.Recipes;

/// <summary>
/// The stages that a driver makes of a recipe's: those of each round after those of the round before. From the second round on, the teachers that are served give way to the student of the last round.
/// A chain of models is the teacher assistant of arXiv 1902.03393; generations of one model are self-distillation as in arXiv 2006.05065.
/// </summary>
internal static class DriverStages
{
    internal static IReadOnlyList<StageSpec> Of(DriverSpec driver, IReadOnlyList<StageSpec> stages)
    {
        List<StageSpec> all = [];
        int rounds = driver.Kind == DriverSpec.Chain ? driver.Students!.Count + 1 : driver.Count!.Value;
        for (int round = 0; round < rounds; round++)
        {
            string? teacher = round == 0 ? null : StageSpec.StagePrefix + all[^1].Name;
            ModelSpec? student = driver.Kind == DriverSpec.Chain && round < rounds - 1 ? driver.Students![round] : null;
            all.AddRange(stages.Select(s => InRound(s, round, teacher, student)).ToList());
        }

        return all;
    }

    private static StageSpec InRound(StageSpec stage, int round, string? teacher, ModelSpec? student)
    {
        string[] own = [.. stage.Teachers.Except(stage.ServedTeachers()).Select(t => t.StartsWith(StageSpec.StagePrefix, StringComparison.Ordinal)
            ? StageSpec.StagePrefix + Named(t[StageSpec.StagePrefix.Length..], round) : t)];
        // Where none is served, what the loss needs is the student of the round before.
        bool taught = stage.ServedTeachers().Any() || (stage.Teachers.Count == 0 && NeedsTeachers(stage.Objective));
        string[] teachers = teacher is null ? [.. stage.ServedTeachers(), .. own] : taught ? [teacher, .. own] : own;
        return stage with
        {
            Name = Named(stage.Name, round),
            Teachers = teachers,
            Student = student ?? stage.Student,
            Objective = teachers.Length > 0 ? stage.Objective : Alone(stage.Objective),
            Init = stage.Init == "fresh" || stage.Init.StartsWith("previous.", StringComparison.Ordinal) ? stage.Init : Named(stage.Init, round),
        };
    }

    internal static bool NeedsTeachers(ObjectiveSpec objective) => objective.Terms?.Any(t => RecipeTableLosses.Find(t.Loss)!.NeedsTeachers) ?? objective.Alpha > 0;

    // The first generation has no teacher: it learns by the terms that need none.
    private static ObjectiveSpec Alone(ObjectiveSpec objective)
    {
        TermSpec[] terms = [.. (objective.Terms ?? []).Where(t => !RecipeTableLosses.Find(t.Loss)!.NeedsTeachers)];
        return terms.Length > 0 ? new ObjectiveSpec { Alpha = 0, Terms = terms } : new ObjectiveSpec { Alpha = 0 };
    }

    private static string Named(string stage, int round) => FormattableString.Invariant($"round-{round + 1}") + (stage.Length == 0 ? "" : $".{stage}");
}
