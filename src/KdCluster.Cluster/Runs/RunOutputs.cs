using KdCluster.Learning.Objectives;
using KdCluster.Learning.Text;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Runs;

/// <summary>Which outputs a run asks of each of its teachers: those that its terms and weightings look at, and no others.</summary>
internal static class RunOutputs
{
    /// <summary>Names of the outputs, by the teacher's name.</summary>
    /// <param name="recipe">The effective recipe.</param>
    /// <param name="teachers">Those of its teachers that were found, and those that it will train, whose tokenizer is known of language models alone.</param>
    /// <param name="models">What its students say.</param>
    /// <param name="errors">Told <c>KD1305</c> what is not served; <c>KD1227</c> losses that do not fit student and teachers; <c>KD1304</c> a teacher whose tokens are not the student's, where tokens are compared.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Of(Recipe recipe, IReadOnlyList<TeacherDescription> teachers, RunModels models, List<KdError> errors)
    {
        Dictionary<string, IReadOnlyList<string>> wanted = teachers.ToDictionary(t => t.Name, _ => (IReadOnlyList<string>)[], StringComparer.Ordinal);
        HashSet<string> told = [];
        foreach (StageSpec stage in Variants.Of(recipe).SelectMany(v => Variants.Stages(recipe, v)))
        {
            foreach (TeacherDescription teacher in stage.ServedTeachers().Select(name => teachers.FirstOrDefault(t => t.Name == name)).OfType<TeacherDescription>())
            {
                try
                {
                    wanted[teacher.Name] = [.. wanted[teacher.Name].Union(Of(stage, teacher, teachers, models))];
                }
                catch (KdException e)
                {
                    errors.AddRange(e.Errors.Where(x => told.Add(x.ToString())));
                }
            }
        }

        // One that no stage names is kept for those who warm the store.
        foreach (string idle in wanted.Where(w => w.Value.Count == 0).Select(w => w.Key).ToList())
        {
            wanted[idle] = [teachers.First(t => t.Name == idle).Answer];
        }

        return wanted;
    }

    private static IEnumerable<string> Of(StageSpec stage, TeacherDescription teacher, IReadOnlyList<TeacherDescription> teachers, RunModels models)
    {
        TermSpec[] terms = [.. stage.Objective.Terms ?? []];
        bool answers = stage.Objective.Terms is null || !IsBlind(stage.Weighting.Kind) || terms.Any(t => RecipeTableLosses.Find(t.Loss) is { NeedsTeachers: true, Compares: OutputFamily.Logits });
        List<string> wanted = answers ? [teacher.Output(teacher.Answer).Output] : [];
        List<KdError> errors = [];
        foreach (TermSpec term in terms.Where(t => RecipeTableLosses.Find(t.Loss)!.Compares != OutputFamily.Logits))
        {
            try
            {
                if (models.Outputs(stage.Student) is { } student)
                {
                    wanted.AddRange(LayerMatch.Of(term, student, teacher, models.TrainingRows, stage.Training.BatchSize).Select(p => p.Teacher));
                }
            }
            catch (KdException e)
            {
                errors.AddRange(e.Errors);
            }

            if (RecipeTableLosses.Find(term.Loss)!.Compares is not (OutputFamily.Hidden or OutputFamily.Attention) || teacher.Tokenizer.Length == 0)
            {
                continue;
            }

            errors.AddRange(OtherTokens($"the loss {term.Loss} compares a text's tokens", "choose a loss on logits or the embedding", teacher, teachers, models));
        }

        if (teacher.Answer == OutputNames.TokenLogits && teacher.Tokenizer.Length > 0)
        {
            errors.AddRange(OtherTokens("a language model's answers are compared token by token", "choose other teachers", teacher, teachers, models));
            if (errors.Count == 0 && models.Outputs(stage.Student)?.FirstOrDefault(o => o.Name == OutputNames.TokenLogits).Shape is { } own && !own.Equals(teacher.Output(OutputNames.TokenLogits).Shape))
            {
                errors.Add(new KdError("KD1304", $"it says {teacher.Output(OutputNames.TokenLogits).Shape.Dimensions[^1]} tokens, and the student {own.Dimensions[^1]}.", $"teacher {teacher.Name}", "Give student and teacher vocabularies of one size."));
            }
        }

        return errors.Count == 0 ? wanted : throw new KdException(errors);
    }

    // Students that begin with a folder have its tokens; others those that all teachers share.
    private static IEnumerable<KdError> OtherTokens(string why, string remedy, TeacherDescription teacher, IReadOnlyList<TeacherDescription> teachers, RunModels models)
    {
        if (models.PretrainedEncoder is Tokenizer own)
        {
            if (own.Hash != teacher.Tokenizer)
            {
                yield return new KdError("KD1304", $"{why}, and the teacher's are not those of the folder that the student begins with.", $"teacher {teacher.Name}", $"Begin with a folder that has the teacher's tokenizer, or {remedy}.");
            }
        }
        else if (teachers.FirstOrDefault(t => t.Tokenizer != teacher.Tokenizer && t.Tokenizer.Length > 0) is { } other)
        {
            yield return new KdError("KD1304", $"{why}, and those of teacher {other.Name} are others, so that no student has the tokens of both.", $"teacher {teacher.Name}", $"Name teachers with one tokenizer, or {remedy}.");
        }
    }

    // The weightings that give their weights without a look at what the teachers say.
    private static bool IsBlind(string weighting) => weighting is UniformWeighting.WeightingName;
}
