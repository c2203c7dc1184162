using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of <see cref="DataSpec"/>.</summary>
internal static class RecipeTableData
{
    internal static readonly string[] BuiltIns = ["dotnet-docs"];

    private static readonly string[] TransformKinds = ["keep-rows", "drop-rows", "random-labels", "set-labels"];

    private static readonly string[] TransformSplits = ["train", "validation", "test"];

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
            new("transform", Sections, "Changes to the rows, made in this order before `limit`: data with known faults or gaps. Left out: none.") { MinItems = 1, Keys = TransformKeys },
        ],
    };

    private static RecipeKey[] TransformKeys =>
    [
        new("kind", Text, "`keep-rows`: only the selected rows are kept; `drop-rows`: they are left out (the same share, seed and place in the list as a `keep-rows` gives the other part); `random-labels`: each of them gets a label drawn from all classes, its own included; `set-labels`: each gets `label`.") { Required = true, Choices = TransformKinds },
        new("share", Number, "Share of the rows that is selected, row by row at random; all when left out.") { Min = 0, AboveMin = true, Max = 1 },
        new("classes", Texts, "Select among rows of these classes only. Left out: of all classes.") { MinItems = 1 },
        new("except", Texts, "Select among rows of all classes but these; instead of `classes`.") { MinItems = 1 },
        new("label", Text, "With `set-labels` only, and required there. The class that the selected rows get.") { Pattern = @"\S", Form = "a class" },
        new("seed", Whole, "Decides the draws, together with the step's place in the list and the row's place in its file; 0 when left out."),
        new("splits", Texts, "The rows that the step changes; `train` alone when left out.") { Choices = TransformSplits, MinItems = 1 },
    ];

    private static RecipeKey File(string name, string doc) => new(name, Text, doc) { Pattern = @"\S", Form = "a file's path", Only = name == "train" ? null : FromFiles };
}
