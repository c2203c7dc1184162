using KdCluster.Learning.Models;
using KdCluster.Learning.Objectives;
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
    /// <param name="teachers">Those of its teachers that were found.</param>
    /// <param name="shapeOf">The shape of a student; null where it cannot be known.</param>
    /// <param name="errors">Told <c>KD1305</c> what is not served; <c>KD1227</c> losses that do not fit student and teachers; <c>KD1304</c> a teacher whose tokens are not the student's, where tokens are compared.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Of(Recipe recipe, IReadOnlyList<TeacherDescription> teachers, Func<ModelSpec, ModelShape?> shapeOf, List<KdError> errors)
    {
        Dictionary<string, IReadOnlyList<string>> wanted = teachers.ToDictionary(t => t.Name, _ => (IReadOnlyList<string>)[], StringComparer.Ordinal);
        HashSet<string> told = [];
        foreach (StageSpec stage in Variants.Of(recipe).SelectMany(v => Variants.Stages(recipe, v)))
        {
            foreach (TeacherDescription teacher in stage.ServedTeachers().Select(name => teachers.FirstOrDefault(t => t.Name == name)).OfType<TeacherDescription>())
            {
                try
                {
                    wanted[teacher.Name] = [.. wanted[teacher.Name].Union(Of(stage, teacher, teachers, shapeOf))];
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
            wanted[idle] = [OutputNames.Logits];
        }

        return wanted;
    }

    private static IEnumerable<string> Of(StageSpec stage, TeacherDescription teacher, IReadOnlyList<TeacherDescription> teachers, Func<ModelSpec, ModelShape?> shapeOf)
    {
        TermSpec[] terms = [.. stage.Objective.Terms ?? []];
        bool logits = stage.Objective.Terms is null || !IsBlind(stage.Weighting.Kind) || terms.Any(t => RecipeTableLosses.Find(t.Loss) is { NeedsTeachers: true, Compares: OutputFamily.Logits });
        List<string> wanted = logits ? [teacher.Output(OutputNames.Logits).Output] : [];
        List<KdError> errors = [];
        foreach (TermSpec term in terms.Where(t => RecipeTableLosses.Find(t.Loss)!.Compares != OutputFamily.Logits))
        {
            try
            {
                if (shapeOf(stage.Student) is { } shape)
                {
                    using Model student = ModelFactory.Create(shape, seed: 0);
                    student.Random?.Dispose();
                    wanted.AddRange(LayerMatch.Of(term, student.Outputs, teacher).Select(p => p.Teacher));
                }
            }
            catch (KdException e)
            {
                errors.AddRange(e.Errors);
            }

            if (RecipeTableLosses.Find(term.Loss)!.Compares is OutputFamily.Hidden or OutputFamily.Attention && teachers.FirstOrDefault(t => t.Tokenizer != teacher.Tokenizer) is { } other)
            {
                errors.Add(new KdError(
                    "KD1304", $"the loss {term.Loss} compares a text's tokens, and those of teacher {other.Name} are others, so that no student has the tokens of both.", $"teacher {teacher.Name}",
                    "Name teachers with one tokenizer, or choose a loss on logits or the embedding."));
            }
        }

        return errors.Count == 0 ? wanted : throw new KdException(errors);
    }

    // The weightings that give their weights without a look at what the teachers say.
    private static bool IsBlind(string weighting) => weighting is UniformWeighting.WeightingName;
}
