using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Tasks;
using KdCluster.Recipes;

namespace KdCluster.Cluster.Runs;

/// <summary>What makes the views of a run's students: the tokenizer of the folder that they begin with, else the data's choice.</summary>
internal static class StudentEncoders
{
    /// <param name="recipe">The effective recipe, paths absolute.</param>
    /// <param name="data">Its data.</param>
    /// <param name="teachers">The different encoders of its teachers.</param>
    /// <exception cref="KdException"><c>KD1217</c>: students begin with folders of different tokenizers; <c>KD1304</c>: the tokenizer is for other data; <c>KD1202</c>, <c>KD1204</c>, <c>KD1207</c>, <c>KD1215</c>: a folder cannot be read.</exception>
    public static InputEncoder Of(Recipe recipe, TaskData data, IReadOnlyCollection<InputEncoder> teachers)
    {
        string[] folders = Folders(recipe);
        if (folders.Length == 0)
        {
            return data.StudentEncoder(recipe.Data, teachers);
        }

        InputEncoder[] encoders = [.. folders.Select(f => new PretrainedFolder(f).ReadEncoder())];
        if (encoders.DistinctBy(e => e.Hash).Count() > 1)
        {
            throw new KdException("KD1217", "the folders that the run's students begin with have different tokenizers.", string.Join(", ", folders), "Train them in runs of their own.");
        }

        return data.Misfit(encoders[0]) is { } misfit ? throw new KdException("KD1304", $"{misfit}.", folders[0], "Begin with a model of such data.") : encoders[0];
    }

    /// <summary>What language models that the run trains as teachers will read with, by name: a training of theirs has no teachers, so it is known before.</summary>
    /// <param name="recipe">The effective recipe, paths absolute.</param>
    /// <param name="teachers">Those of its teachers that are not trained yet.</param>
    /// <param name="data">Its data; null: they cannot be read.</param>
    /// <param name="errors">Told the errors of <see cref="Of"/>, with the teacher.</param>
    public static IReadOnlyDictionary<string, InputEncoder> OfTrained(Recipe recipe, IEnumerable<TeacherRef> teachers, TaskData? data, List<KdError> errors)
    {
        Dictionary<string, InputEncoder> found = new(StringComparer.Ordinal);
        if (data is null || !data.Labels.IsNextToken)
        {
            return found;
        }

        foreach (TeacherRef teacher in teachers)
        {
            try
            {
                found[teacher.Name] = Of(TeacherTraining.RecipeOf(recipe, teacher), data, []);
            }
            catch (KdException e)
            {
                errors.AddRange(e.Errors.Select(x => x with { Where = $"teacher {teacher.Name}{(x.Where is null ? "" : $", {x.Where}")}" }).Except(errors));
            }
        }

        return found;
    }

    /// <summary>What each folder that a student begins with holds, by its key; a run goes on with no other.</summary>
    public static IReadOnlyDictionary<string, string>? Fingerprints(Recipe recipe)
    {
        string[] folders = Folders(recipe);
        return folders.Length == 0 ? null : folders.ToDictionary(f => f, f => new PretrainedFolder(f).Fingerprint());
    }

    private static string[] Folders(Recipe recipe) => [.. Variants.Of(recipe).SelectMany(v => Variants.Stages(recipe, v)).Select(s => s.Student.Pretrained).OfType<string>().Distinct(StringComparer.Ordinal)];
}
