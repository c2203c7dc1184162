using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Silos;
using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
using KdCluster.Recipes;

namespace KdCluster.Cli.Models;

/// <summary>Which rows a model is evaluated on.</summary>
internal static class SplitOption
{
    public static readonly Option Option = new("split", "SPLIT", "train, validation or test. Default: test") { Choices = ["train", "validation", "test"] };

    /// <summary>The data, the rows of it that the command line names, and what they are called.</summary>
    /// <exception cref="KdException"><c>KD1704</c>: the data has no test rows; or what is wrong with the data.</exception>
    public static (TaskData Data, DataSplit Split, string Name) Load(Invocation invocation, Recipe recipe)
    {
        string name = invocation.Value(Option) ?? "test";
        string file = invocation.Context.At(invocation.Needed(CommonOptions.Recipe));
        TaskData data = TaskRegistry.Find(recipe.TaskOrDefault()).Load(recipe.Data, Path.GetDirectoryName(file)!, KdHome.Of(invocation).Cache);
        DataSplit split = name switch { "train" => DataSplit.Train, "validation" => DataSplit.Validation, _ => DataSplit.Test };
        return data.Count(split) == 0
            ? throw new KdException("KD1704", "the data have no test rows.", "--split", "Choose --split validation, or name a test file in the recipe.")
            : (data, split, name);
    }

    /// <summary>Says what in the data looks wrong.</summary>
    public static void Warn(Invocation invocation, TaskData data, InputEncoder encoder)
    {
        foreach (string warning in data.Profile(encoder).Warnings)
            invocation.Terminal.Note($"warning: {warning}");
    }

    private static string Kind(LabelSpace labels, string score) => labels.HasClasses ? "classes" : labels.IsScore ? score : "next tokens";

    /// <summary>The rows as a model reads them, their labels numbered as it numbers them.</summary>
    /// <exception cref="KdException"><c>KD1304</c>: it takes other data; <c>KD1106</c>: a label that it does not know.</exception>
    public static EncodedSplit For(TaskData data, DataSplit split, InputEncoder encoder, LabelSpace model, string where)
    {
        if (data.Misfit(encoder) is { } misfit)
            throw new KdException("KD1304", $"{misfit}.", where, "Evaluate it on data of its own kind.");
        EncodedSplit rows = data.Encode(split, encoder);
        if (data.Labels.Hash == model.Hash)
            return rows;
        if (!data.Labels.HasClasses || !model.HasClasses)
            throw new KdException("KD1106", $"the rows are labelled with {Kind(data.Labels, "scores")}, and the model gives {Kind(model, "a score")}.", where, "Evaluate it on data of its own task.");
        string[] unknown = [.. rows.Labels.Distinct().Select(l => data.Labels.Names[l]).Where(n => model.IndexOf(n) < 0)];
        return unknown.Length > 0
            ? throw new KdException("KD1106", $"the rows have labels that the model does not know: {string.Join(", ", unknown.Take(5))}.", where, "Evaluate it on data with its own labels.")
            : rows with { Labels = Array.ConvertAll(rows.Labels, l => model.IndexOf(data.Labels.Names[l])) };
    }
}
