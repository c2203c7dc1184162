using System.Globalization;
using KdCluster.Learning.Data;
using KdCluster.Learning.Data.Readers;
using KdCluster.Learning.Data.Transforms;
using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks.TextRegression;

/// <summary>Reads texts that are labelled with numbers. The numbers are taken as they are: nothing is scaled.</summary>
internal static class ScoreDataLoader
{
    /// <summary>Loads all splits; every mistake in every file is reported at once.</summary>
    /// <param name="spec">What to load.</param>
    /// <param name="baseFolder">What relative paths are relative to: the recipe's folder.</param>
    /// <exception cref="KdException">
    /// <c>KD1100</c> missing file, <c>KD1101</c> no rows, <c>KD1102</c> not UTF-8 or damaged, <c>KD1103</c> a column that is missing or cannot be told, <c>KD1104</c> too many bad rows, <c>KD1105</c> all training rows have one score,
    /// <c>KD1108</c> unknown format, or a built-in data set, <c>KD1120</c> a transformation that cannot be made.
    /// </exception>
    public static TextData Load(DataSpec spec, string baseFolder)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(baseFolder);
        if (spec.BuiltIn is { } name)
            throw new KdException("KD1108", $"there is no built-in data set '{name}' with scores.", "data.builtIn", "Name files in data.train.");
        TextData data = LoadFiles(spec, baseFolder);
        if (spec.Transform is { } steps)
            data = DataTransform.Apply(data, steps);
        if (spec.Limit is int limit && limit < data.Train.Count)
            data = LabelledFiles.Limit(data, limit);
        float first = data.Train.Rows[0].Score;
        return data.Train.Scores.Any(s => s != first) ? data : throw new KdException("KD1105",
            string.Create(CultureInfo.InvariantCulture, $"all {data.Train.Count} training rows have the score {first}: there is nothing to learn."), spec.Train, "Give rows with different scores.");
    }

    private static TextData LoadFiles(DataSpec spec, string baseFolder)
    {
        FilesOfTexts files = LabelledFiles.Read(spec, baseFolder, LabelKind.Score);
        (LabelledFile train, LabelledFile? validation, LabelledFile? test, _) = files;
        var errors = new List<KdError>();
        string[] warnings = [.. files.Warnings(label => ScoreLabel.Read(label, null, out _) is null)];
        TextSplit learn = Scored(train, spec, errors), choose;
        if (validation is null)
            (learn, choose) = LabelledFiles.HeldOut(learn);
        else
            choose = Scored(validation, spec, errors);
        TextSplit? report = test is null ? null : Scored(test, spec, errors), unlabelled = files.UnlabelledRows(errors, spec);
        errors.AddRange(files.TooManyBad(spec));
        if (validation is null && errors.Count == 0 && (learn.Count == 0 || choose.Count == 0))
            errors.Add(new KdError("KD1101", "a single row cannot be learned from and chosen with.", train.Name, "Give more rows, or name a file in data.validation."));
        if (errors.Count > 0)
            throw new KdException(errors);
        return new TextData(learn, choose, report, LabelSpace.Score, files.BadRows, SplitOverlap.Of(learn, choose, report, unlabelled)) { Unlabelled = unlabelled, Warnings = warnings };
    }

    private static TextSplit Scored(LabelledFile file, DataSpec spec, List<KdError> errors)
    {
        var rows = new List<(int Row, int Label, float Score)>(file.Rows.Count);
        foreach ((int row, string written) in file.Rows.Labels.Index())
        {
            if (ScoreLabel.Read(written, spec.Range, out float score) is { } problem)
                file.Reject(file.Rows[row], problem);
            else
                rows.Add((row, 0, score));
        }

        file.Usable = rows.Count;
        if (rows.Count == 0 && file.TooManyBad(spec.MaxBadRows) is null)
            errors.Add(new KdError("KD1101", "no row of the file is usable.", file.Name));
        return new TextSplit(file.Rows.Labelled(rows), file.BadCount);
    }
}
