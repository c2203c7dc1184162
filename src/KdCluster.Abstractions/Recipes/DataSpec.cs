namespace KdCluster.Recipes;

/// <summary>Where labelled rows come from.</summary>
public sealed record DataSpec
{
    /// <summary>A built-in data set (<c>dotnet-docs</c>), instead of files.</summary>
    public string? BuiltIn { get; init; }

    /// <summary>Training rows: a file, relative to the recipe; <c>.gz</c> is read through.</summary>
    public string? Train { get; init; }

    /// <summary>Validation rows. Default: a tenth of the training rows, chosen by hash of the text.</summary>
    public string? Validation { get; init; }

    /// <summary>Test rows. Default: none, and the report shows validation figures only.</summary>
    public string? Test { get; init; }

    /// <summary>Rows without labels, which students with teachers learn from beside the training rows; of these terms that need a label are not asked. Default: none.</summary>
    public string? Unlabelled { get; init; }

    /// <summary>Labels of the training images, where they are in a file of their own (idx). Null: the file's name tells it (<see cref="RecipePaths.LabelsOf"/>).</summary>
    public string? TrainLabels { get; init; }

    /// <inheritdoc cref="TrainLabels"/>
    public string? ValidationLabels { get; init; }

    /// <inheritdoc cref="TrainLabels"/>
    public string? TestLabels { get; init; }

    /// <summary><c>tsv</c>, <c>csv</c> (RFC 4180), <c>jsonl</c> or <c>parquet</c>; for images <c>idx</c>, <c>cifar</c> or <c>png</c>. Default: by the file's name.</summary>
    public string? Format { get; init; }

    /// <summary>Whether the first row of a TSV or CSV file names the columns.</summary>
    public bool Header { get; init; } = true;

    /// <summary>Which column holds what.</summary>
    public ColumnSpec Columns { get; init; } = new();

    /// <summary>The label names in class order. Default: those of the training rows, sorted (numerically when all are whole numbers).</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Of a regression the lowest and the highest label that there can be; null: every number is one.</summary>
    public IReadOnlyList<double>? Range { get; init; }

    /// <summary>Largest share of bad rows, 0 to 1, that a file may have before the run is refused.</summary>
    public double MaxBadRows { get; init; } = 0.01;

    /// <summary>Longest input in tokens; longer ones are cut.</summary>
    public int MaxLength { get; init; } = 64;

    /// <summary>Largest vocabulary of a tokenizer built on this data, special tokens included.</summary>
    public int Vocabulary { get; init; } = 20_000;

    /// <summary>At most this many training rows (those with the smallest hash); null takes all.</summary>
    public int? Limit { get; init; }

    /// <summary>How training images are changed in each epoch; null: not at all.</summary>
    public AugmentSpec? Augment { get; init; }

    /// <summary>Changes to the rows, in order, before <see cref="Limit"/>; null changes nothing.</summary>
    public IReadOnlyList<TransformStep>? Transform { get; init; }
}
