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

    /// <summary>What each folder that a student begins with holds, by its key; a run goes on with no other.</summary>
    public static IReadOnlyDictionary<string, string>? Fingerprints(Recipe recipe)
    {
        string[] folders = Folders(recipe);
        return folders.Length == 0 ? null : folders.ToDictionary(f => f, f => new PretrainedFolder(f).Fingerprint());
    }

    private static string[] Folders(Recipe recipe) => [.. Variants.Of(recipe).SelectMany(v => Variants.Stages(recipe, v)).Select(s => s.Student.Pretrained).OfType<string>().Distinct(StringComparer.Ordinal)];
}
