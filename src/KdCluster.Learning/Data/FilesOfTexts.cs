using KdCluster.Recipes;

namespace KdCluster.Learning.Data;

/// <summary>The files of a data set of texts, before their labels are read.</summary>
/// <param name="Train">Rows to learn from.</param>
/// <param name="Validation">Rows to choose with; null: a part of the training rows.</param>
/// <param name="Test">Rows to report on; null: none.</param>
/// <param name="Unlabelled">Rows that teachers alone know something of; null: none.</param>
internal sealed record FilesOfTexts(LabelledFile Train, LabelledFile? Validation, LabelledFile? Test, LabelledFile? Unlabelled)
{
    /// <summary>Those whose rows have labels.</summary>
    public IEnumerable<LabelledFile> Labelled => new[] { Train, Validation, Test }.OfType<LabelledFile>();

    private IEnumerable<LabelledFile> All => Unlabelled is null ? Labelled : Labelled.Append(Unlabelled);

    /// <summary>What is said of files with too many bad rows: <c>KD1104</c>.</summary>
    public IEnumerable<KdError> TooManyBad(DataSpec spec) => All.Select(f => f.TooManyBad(spec.MaxBadRows)).OfType<KdError>();

    /// <summary>The bad rows of all files.</summary>
    public BadRowReport BadRows => new([.. All.SelectMany(f => f.Bad)], All.Sum(f => f.BadCount));

    /// <summary>What the readers guessed, file by file.</summary>
    /// <param name="isLabel">Whether a text could be a label.</param>
    public IEnumerable<string> Warnings(Func<string, bool> isLabel) => All.SelectMany(f => f.Notes.Warnings(f.Name, isLabel));

    /// <summary>The rows without labels.</summary>
    /// <param name="errors">Takes <c>KD1101</c>: there is a file of them, and none is usable.</param>
    /// <param name="spec">What the recipe says of the files.</param>
    public TextSplit? UnlabelledRows(List<KdError> errors, DataSpec spec)
    {
        if (Unlabelled is null)
            return null;
        if (Unlabelled.Rows.Count == 0 && Unlabelled.TooManyBad(spec.MaxBadRows) is null)
            errors.Add(new KdError("KD1101", "no row of the file is usable.", Unlabelled.Name));
        return new TextSplit(Unlabelled.Rows.Labelled(Enumerable.Range(0, Unlabelled.Rows.Count).Select(r => (r, EncodedSplit.NoLabel, float.NaN))), Unlabelled.BadCount);
    }
}
