using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Silos;
using KdCluster.Learning.Data;
using KdCluster.Learning.Text;
using KdCluster.Recipes;

namespace KdCluster.Cli.Models;

/// <summary>Which rows a model is evaluated on.</summary>
internal static class SplitOption
{
    public static readonly Option Option = new("split", "SPLIT", "train, validation or test. Default: test") { Choices = ["train", "validation", "test"] };

    /// <summary>The data, the rows of it that the command line names, and what they are called.</summary>
    /// <exception cref="KdException"><c>KD1704</c>: the data has no test rows; or what is wrong with the data.</exception>
    public static (TextData Data, TextSplit Split, string Name) Load(Invocation invocation, Recipe recipe)
    {
        string name = invocation.Value(Option) ?? "test";
        string file = invocation.Context.At(invocation.Needed(CommonOptions.Recipe));
        TextData data = TextDataLoader.Load(recipe.Data, Path.GetDirectoryName(file)!, KdHome.Of(invocation).Cache);
        TextSplit? split = name switch { "train" => data.Train, "validation" => data.Validation, _ => data.Test };
        return split is null
            ? throw new KdException("KD1704", "the data have no test rows.", "--split", "Choose --split validation, or name a test file in the recipe.")
            : (data, split, name);
    }

    /// <summary>Says what in the data looks wrong.</summary>
    public static void Warn(Invocation invocation, TextData data, Tokenizer tokenizer)
    {
        foreach (string warning in DataProfile.Of(data, tokenizer.MaxLength).Warnings)
            invocation.Terminal.Note($"warning: {warning}");
    }

    /// <summary>The rows with their labels numbered as a model numbers them.</summary>
    /// <exception cref="KdException"><c>KD1106</c>: a label that the model does not know.</exception>
    public static TextSplit For(TextSplit split, LabelSpace labels, LabelSpace model, string where)
    {
        if (labels.Hash == model.Hash)
            return split;
        string[] unknown = [.. split.Rows.Select(r => labels.Names[r.Label]).Distinct().Where(n => model.IndexOf(n) < 0)];
        return unknown.Length > 0
            ? throw new KdException("KD1106", $"the rows have labels that the model does not know: {string.Join(", ", unknown.Take(5))}.", where, "Evaluate it on data with its own labels.")
            : new TextSplit([.. split.Rows.Select(r => r with { Label = model.IndexOf(labels.Names[r.Label]) })]);
    }
}
