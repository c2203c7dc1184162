using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of <see cref="DataSpec"/>.</summary>
internal static class RecipeTableData
{
    internal static readonly string[] BuiltIns = ["dotnet-docs"];

    private static readonly string[] TransformKinds = ["keep-rows", "drop-rows", "random-labels", "set-labels"];

    private static readonly string[] TransformSplits = ["train", "validation", "test"];

    private static readonly string[] TextFormats = ["tsv", "csv", "jsonl", "parquet"];

    internal static readonly (string Task, string[] Formats)[] Formats = [(TaskNames.TextClassification, TextFormats), (TaskNames.TextRegression, TextFormats), (TaskNames.ImageClassification, ["idx", "cifar", "png"]), (TaskNames.LanguageModelling, ["text", .. TextFormats])];

    private static readonly RecipeCondition FromFiles = new(
        "with files", "Leave it out, or give `train` instead of `builtIn`.", t => t.Unknown("data.builtIn") ? null : t.Text("data.builtIn") is null);

    private static readonly RecipeCondition WithRowNames = new(
        "with TSV and CSV files", "Leave it out: JSON and Parquet rows name their columns.",
        t => t.Unknown("data.builtIn") || t.Unknown("data.format") ? null
            : t.Text("data.builtIn") is null && RecipePaths.FormatOf(t.Text("data.format"), t.Text("data.train")) is not ("jsonl" or "parquet"));

    private static readonly RecipeCondition WithLabelFiles = RecipeTableTask.Images.And(new(
        "with idx files", "Leave it out: the other formats have labels and images together.",
        t => t.Unknown("data.format") ? null : RecipePaths.ImageFormatOf(t.Text("data.format"), t.Text("data.train")) == "idx"));

    internal static readonly RecipeKey Data = new("data", Section, "The data of teachers and student: `builtIn`, or files.")
    {
        Required = true,
        Keys =
        [
            new("builtIn", Text, "A built-in data set, instead of files.") { Choices = BuiltIns, Only = RecipeTableTask.TextClasses },
            File("train", "Training rows: a file, relative to the recipe's folder, or a folder of images. `.gz` is decompressed."),
            File("validation", "Validation rows. Left out: a tenth of the training rows, selected by a hash of the text or image; of a single text of the task `language-modelling` its last tenth."),
            File("test", "Test rows. Left out: none, and the report shows validation results only."),
            new("unlabelled", Text, "Rows without labels. Students with teachers learn from them beside the training rows: from the teachers alone, and losses that need a label are means over the rows that have one. What learns without teachers does not see them. A label column is not looked at. Left out: none.") { Pattern = @"\S", Form = "a file's path", Only = RecipeTableTask.LabelledTexts.And(FromFiles) },
            LabelFile("trainLabels", "train"),
            LabelFile("validationLabels", "validation"),
            LabelFile("testLabels", "test"),
            new("format", Text, "Format of the files. Texts: `tsv`, `csv` (RFC 4180), `jsonl`, `parquet`; of the task `language-modelling` also `text` (the whole file is one text). Images: `idx` (MNIST and its relatives), `cifar` (the binary form of CIFAR-10), `png` (a folder with one folder of PNG files for each class). Left out: by the file's name.") { Choices = [.. Formats.SelectMany(f => f.Formats).Distinct()], Only = FromFiles },
            new("header", Flag, "Whether the first row of a TSV or CSV file names the columns.") { Only = RecipeTableTask.Texts.And(WithRowNames) },
            new("columns", Section, "Columns: names (from the header, the Parquet schema, or JSON property names), or positions counted from 0 (TSV and CSV).")
            {
                Only = RecipeTableTask.Texts.And(FromFiles),
                Keys =
                [
                    new("text", Column, "The text, or the first text of a pair."),
                    new("pair", Column, "The second text of a pair. Left out: single texts.") { Only = RecipeTableTask.LabelledTexts },
                    new("label", Column, "The label: a name or a whole number; of a regression a number.") { Only = RecipeTableTask.LabelledTexts },
                ],
            },
            new("labels", Texts, "The label names in class order. Left out: those of the training rows, sorted (as numbers when all are whole numbers). In `idx` and `cifar` files, a label is the class's place in this list, counted from 0.") { MinItems = 2, Only = RecipeTableTask.Classes.And(FromFiles) },
            new("range", Numbers, "The lowest and the highest score that a label can have, such as `[1, 5]`. A row with another label is a bad row. Left out: every number is a label.") { MinItems = 2, Only = RecipeTableTask.Scores },
            new("maxBadRows", Number, "Largest share of bad rows in a file; with more, the run is refused.") { Min = 0, Max = 1, Only = FromFiles },
            new("maxLength", Whole, "Longest input in tokens. Longer texts are cut; of the task `language-modelling` they are divided into instances that long, each of which begins with the last token of the one before it.") { Min = 4, Max = 65_536, Only = RecipeTableTask.Texts },
            new("vocabulary", Whole, "Largest vocabulary of a tokenizer built on this data, special tokens included.") { Min = 8, Max = 10_000_000, Only = RecipeTableTask.LabelledTexts },
            new("limit", Whole, "Largest number of training rows (those with the smallest hash are used). Left out: all.") { Min = 1, Max = int.MaxValue },
            new("augment", Section, "Changes of the training images, anew in each epoch. Teachers, validation and test see the images as they are.")
            {
                Only = RecipeTableTask.Images,
                Keys =
                [
                    new("crop", Whole, "Black pixels that are put around an image before a part of its own size is cut out, anywhere.") { Min = 0, Max = 64 },
                    new("flip", Flag, "Whether half of the images, drawn at random, are mirrored left to right."),
                    new("seed", Whole, "Decides the draws, together with the row and the epoch. It is the same for all students."),
                ],
            },
            new("transform", Sections, "Changes to the rows, made in this order before `limit`. Left out: none.") { MinItems = 1, Keys = TransformKeys, Only = RecipeTableTask.Labelled },
        ],
    };

    internal static RecipeKey[] TransformKeys =>
    [
        new("kind", Text, "`keep-rows`: only the selected rows are kept; `drop-rows`: the selected rows are removed (with the share, seed and place in the list of a `keep-rows`, this is the other part); `random-labels`: each selected row gets a label drawn from all classes, including its own; `set-labels`: each selected row gets `label`.") { Required = true, Choices = TransformKinds },
        new("share", Number, "Share of the rows that is selected, row by row at random. Left out: all.") { Min = 0, AboveMin = true, Max = 1 },
        new("classes", Texts, "Select only rows of these classes. Left out: of all classes.") { MinItems = 1 },
        new("except", Texts, "Select only rows of other classes than these; instead of `classes`.") { MinItems = 1 },
        new("label", Text, "The class that the selected rows get. Only with `set-labels`, and required there.") { Pattern = @"\S", Form = "a class" },
        new("seed", Whole, "Decides the draws, together with the step's place in the list and the row's place in its file. Left out: 0."),
        new("splits", Texts, "The splits that the step changes. Left out: only `train`.") { Choices = TransformSplits, MinItems = 1 },
    ];

    private static RecipeKey LabelFile(string name, string split) =>
        new(name, Text, $"With `idx` files: the labels of `{split}`. Left out: the file whose name has `labels-idx1` in place of `images-idx3`.") { Pattern = @"\S", Form = "a file's path", Only = WithLabelFiles };

    private static RecipeKey File(string name, string doc) => new(name, Text, doc) { Pattern = @"\S", Form = "a file's path", Only = name == "train" ? null : FromFiles };
}
