namespace KdCluster.Recipes;

/// <summary>Where a recipe's files are. A recipe names them relative to its own folder.</summary>
public static class RecipePaths
{
    /// <summary>The data with absolute paths.</summary>
    /// <param name="data">As read.</param>
    /// <param name="recipePath">The recipe's file.</param>
    public static DataSpec Absolute(DataSpec data, string recipePath) => Change(data, (_, file) => At(file, recipePath));

    /// <summary>The files that a data section names, by their keys.</summary>
    public static IReadOnlyList<(string Key, string File)> FilesOf(DataSpec data)
    {
        List<(string, string)> files = [];
        Change(data, (key, file) =>
        {
            if (file is not null)
                files.Add((key, file));
            return file;
        });
        return files;
    }

    /// <summary>The data with other names of its files.</summary>
    /// <param name="data">As read.</param>
    /// <param name="change">From a key and the file that it names, null where it names none, to the file's other name.</param>
    public static DataSpec Change(DataSpec data, Func<string, string?, string?> change)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(change);
        return data with
        {
            Train = change("data.train", data.Train),
            Validation = change("data.validation", data.Validation),
            Test = change("data.test", data.Test),
            Unlabelled = change("data.unlabelled", data.Unlabelled),
            TrainLabels = change("data.trainLabels", data.TrainLabels),
            ValidationLabels = change("data.validationLabels", data.ValidationLabels),
            TestLabels = change("data.testLabels", data.TestLabels),
        };
    }

    /// <summary>The recipe with all paths absolute, as it is sent to another process.</summary>
    /// <param name="recipe">As read.</param>
    /// <param name="recipePath">The recipe's file.</param>
    public static Recipe Absolute(Recipe recipe, string recipePath) => RecipeModels.ChangePretrained(WithAbsoluteFiles(recipe, recipePath), (_, folder) => At(folder, recipePath)!);

    /// <summary>Where a data file would be in a folder of data sets: what a recipe writes as <c>../data/sst2/train.tsv</c> is <c>sst2/train.tsv</c> there.</summary>
    /// <param name="file">As the recipe writes it.</param>
    /// <param name="folder">The folder of data sets.</param>
    /// <returns>Null for an absolute path: it means one place.</returns>
    public static string? InDataFolder(string file, string folder)
    {
        if (Path.IsPathRooted(file))
            return null;
        string[] parts = [.. file.Split('/').SkipWhile(p => p is ".." or "." or "")];
        return Path.GetFullPath(Path.Combine([folder, .. parts.Length > 1 && parts[0] == "data" ? parts[1..] : parts]));
    }

    /// <summary>The format of a data file: the one given, else by its ending (a last <c>.gz</c> set aside); null when neither tells.</summary>
    /// <param name="given"><see cref="DataSpec.Format"/>.</param>
    /// <param name="file">The file's name.</param>
    /// <returns><c>tsv</c>, <c>csv</c>, <c>jsonl</c>, <c>parquet</c>, <c>text</c> or null.</returns>
    public static string? FormatOf(string? given, string? file)
    {
        if (given is not null || file is null)
            return given;
        string name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".tsv" => "tsv",
            ".csv" => "csv",
            ".jsonl" or ".ndjson" => "jsonl",
            ".parquet" => "parquet",
            ".txt" => "text",
            _ => null,
        };
    }

    /// <summary>The format of a file or folder of images: the one given, else by its name (a last <c>.gz</c> set aside); null when neither tells.</summary>
    /// <param name="given"><see cref="DataSpec.Format"/>.</param>
    /// <param name="file">The file's name; a name without an extension is a folder's.</param>
    /// <returns><c>idx</c>, <c>cifar</c>, <c>png</c> or null.</returns>
    public static string? ImageFormatOf(string? given, string? file)
    {
        if (given is not null || file is null)
            return given;
        string name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".idx" => "idx",
            ".bin" => "cifar",
            _ when name.EndsWith("-ubyte", StringComparison.Ordinal) && Path.GetFileName(name).Contains("-idx", StringComparison.Ordinal) => "idx",
            "" when name == file => "png",
            _ => null,
        };
    }

    /// <summary>The file of the labels of an idx file of images, by the names that MNIST and its relatives have; null: the name does not tell it.</summary>
    /// <param name="images">Such as <c>train-images-idx3-ubyte.gz</c>.</param>
    public static string? LabelsOf(string? images)
    {
        if (images is null)
            return null;
        string name = Path.GetFileName(images);
        return name.Contains("images-idx3", StringComparison.Ordinal)
            ? Path.Combine(Path.GetDirectoryName(images) ?? "", name.Replace("images-idx3", "labels-idx1", StringComparison.Ordinal))
            : null;
    }

    private static Recipe WithAbsoluteFiles(Recipe recipe, string recipePath) => recipe with
    {
        Data = Absolute(recipe.Data, recipePath),
        Weighting = Absolute(recipe.Weighting, recipePath),
        Variants = recipe.Variants is null ? null : new(recipe.Variants.Select(v => KeyValuePair.Create(v.Key, v.Value with { Weighting = Absolute(v.Value.Weighting, recipePath) }))),
        Teachers = [.. recipe.Teachers.Select(t => t.Tokenizer is null ? t : t with { Tokenizer = At(t.Tokenizer, recipePath) })],
    };

    private static WeightingSpec Absolute(WeightingSpec weighting, string recipePath) =>
        WeightingSpec.IsFile(weighting.From) ? weighting with { From = At(weighting.From, recipePath) } : weighting;

    private static string? At(string? file, string recipePath) => file is null ? null : Path.GetFullPath(file, Path.GetDirectoryName(Path.GetFullPath(recipePath))!);
}
