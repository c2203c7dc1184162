using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of <see cref="DataSpec"/>.</summary>
internal static class RecipeTableData
{
    internal static readonly string[] BuiltIns = ["dotnet-docs"];

    private static readonly RecipeCondition FromFiles = new(
        "with files", "Leave it out, or give `train` instead of `builtIn`.", t => t.Unknown("data.builtIn") ? null : t.Text("data.builtIn") is null);

    private static readonly RecipeCondition WithRowNames = new(
        "with TSV and CSV files", "Leave it out: JSON rows name their columns.",
        t => t.Unknown("data.builtIn") || t.Unknown("data.format") ? null
            : t.Text("data.builtIn") is null && RecipePaths.FormatOf(t.Text("data.format"), t.Text("data.train")) != "jsonl");

    internal static readonly RecipeKey Data = new("data", Section, "The data that teachers and student share: `builtIn`, or files.")
    {
        Required = true,
        Keys =
        [
            new("builtIn", Text, "A built-in data set, instead of files.") { Choices = BuiltIns },
            File("train", "Training rows: a file, relative to the recipe's folder; `.gz` is read through."),
            File("validation", "Validation rows. Left out: a tenth of the training rows, chosen by hash of the text."),
            File("test", "Test rows. Left out: none, and the report shows validation figures only."),
            new("format", Text, "How the files are written; `csv` is RFC 4180. Left out: by the file's ending.") { Choices = ["tsv", "csv", "jsonl"], Only = FromFiles },
            new("header", Flag, "Whether the first row of a TSV or CSV file names the columns.") { Only = WithRowNames },
            new("columns", Section, "Which column holds what: names (from the header, or JSON property names), or 0-based positions.")
            {
                Only = FromFiles,
                Keys =
                [
                    new("text", Column, "The text, or the first text of a pair."),
                    new("pair", Column, "The second text of a pair. Left out: single texts."),
                    new("label", Column, "The label: a name or a whole number."),
                ],
            },
            new("labels", Texts, "The label names in class order. Left out: those of the training rows, sorted (numerically when all are whole numbers).") { MinItems = 2, Only = FromFiles },
            new("maxBadRows", Number, "Largest share of bad rows that a file may have before the run is refused.") { Min = 0, Max = 1, Only = FromFiles },
            new("maxLength", Whole, "Longest input in tokens; longer ones are cut.") { Min = 4, Max = 65_536 },
            new("vocabulary", Whole, "Largest vocabulary of a tokenizer built on this data, special tokens included.") { Min = 8, Max = 10_000_000 },
            new("limit", Whole, "At most this many training rows (those with the smallest hash). Left out: all.") { Min = 1, Max = int.MaxValue },
        ],
    };

    private static RecipeKey File(string name, string doc) => new(name, Text, doc) { Pattern = @"\S", Form = "a file's path", Only = name == "train" ? null : FromFiles };
}
