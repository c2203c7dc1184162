using KdCluster.Learning.Data.DotnetDocs;
using KdCluster.Learning.Data.Readers;
using KdCluster.Learning.Data.Transforms;
using KdCluster.Recipes;

namespace KdCluster.Learning.Data;

/// <summary>Reads and checks what a recipe's data section names.</summary>
public static class TextDataLoader
{
    /// <summary>Loads all splits; every mistake in every file is reported at once.</summary>
    /// <param name="spec">What to load.</param>
    /// <param name="baseFolder">What relative paths are relative to: the recipe's folder.</param>
    /// <param name="cacheFolder">Where a built-in data set is kept once extracted; null extracts it each time.</param>
    /// <exception cref="KdException">
    /// <c>KD1100</c> missing file, <c>KD1101</c> no rows, <c>KD1102</c> not UTF-8 or damaged gzip, <c>KD1103</c> a column that is missing or cannot be told, <c>KD1104</c> too
    /// many bad rows, <c>KD1105</c> one class, <c>KD1106</c> a label unseen in training, <c>KD1107</c> no reference documentation, <c>KD1108</c>
    /// unknown format or built-in data set, <c>KD1109</c> a label named twice, <c>KD1120</c> a
    /// transformation that cannot be made.
    /// </exception>
    public static TextData Load(DataSpec spec, string baseFolder, string? cacheFolder = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(baseFolder);
        TextData data = spec.BuiltIn switch
        {
            null => LoadFiles(spec, baseFolder),
            DotnetDocsData.Name => DotnetDocsData.Load(cacheFolder),
            _ => throw new KdException("KD1108", $"there is no built-in data set '{spec.BuiltIn}'.", "data.builtIn", $"The built-in one is {DotnetDocsData.Name}."),
        };
        if (spec.Transform is { } steps)
            data = DataTransform.Apply(data, steps);
        return spec.Limit is int limit && limit < data.Train.Count ? Limited(data, limit, spec.Train ?? spec.BuiltIn!) : data;
    }

    private static TextData LoadFiles(DataSpec spec, string baseFolder)
    {
        var errors = new List<KdError>();
        FilesOfTexts files = LabelledFiles.Read(spec, baseFolder);
        (LabelledFile train, LabelledFile? validation, LabelledFile? test, _) = files;
        IReadOnlyList<string> names = spec.Labels ?? LabelNumbers.Sorted(train.Rows.Labels);
        if (names.Count < 2)
            throw new KdException([.. files.TooManyBad(spec), ClassChecks.OneClass(train.Name, $"the rows have {names.Count} label(s): classes cannot be told apart")]);
        var labels = new LabelSpace(names);
        var numbers = new LabelNumbers(labels, files.Labelled.SelectMany(f => f.Rows.Labels));
        string[] warnings = [.. files.Warnings(label => numbers.Of(label) >= 0), .. files.Labelled.SelectMany(f => numbers.Guesses(f.Name, f.Rows.Labels).Concat(ForgottenHeader(f, spec)))];
        TextSplit learn = Number(train, numbers, spec, errors), choose;
        if (validation is null)
            (learn, choose) = LabelledFiles.HeldOut(learn);
        else
            choose = Number(validation, numbers, spec, errors);
        TextSplit? report = test is null ? null : Number(test, numbers, spec, errors), unlabelled = files.UnlabelledRows(errors, spec);

        errors.AddRange(files.TooManyBad(spec));
        errors.AddRange(ClassChecks.Of(labels, train.Name, LabelsOf(learn), [(validation?.Name ?? train.Name, LabelsOf(choose)), .. report is null ? [] : new[] { (test!.Name, LabelsOf(report)) }]));
        if (errors.Count > 0)
            throw new KdException(errors);
        return new TextData(learn, choose, report, labels, files.BadRows, SplitOverlap.Of(learn, choose, report, unlabelled)) { Unlabelled = unlabelled, Warnings = warnings };
    }

    private static IEnumerable<string> ForgottenHeader(LabelledFile file, DataSpec spec)
    {
        if (spec.Header || file.Rows.Count < 3 || file.Rows[0] is not { Line: 1 } first || file.Rows.Labels.Count(l => l == first.Label) > 1)
            yield break;
        yield return $"{file.Name}: the first row's label '{LabelNames.Show(first.Label)}' is no other row's: if it names the columns, set data.header to true.";
    }

    // A label that the recipe does not list makes a bad row; one that only held-out rows have is refused, since nobody could learn it.
    private static TextSplit Number(LabelledFile file, LabelNumbers numbers, DataSpec spec, List<KdError> errors)
    {
        var rows = new List<(int Row, int Label, float Score)>(file.Rows.Count);
        var unseen = new SortedDictionary<string, (int Count, int Line)>(StringComparer.Ordinal);
        foreach ((int row, string written) in file.Rows.Labels.Index())
        {
            int label = numbers.Of(written);
            if (label >= 0)
            {
                rows.Add((row, label, 0));
            }
            else if (spec.Labels is not null)
            {
                file.Reject(file.Rows[row], $"unknown label '{LabelNames.Show(written)}'{numbers.WhyUnknown(written)}");
            }
            else
            {
                (int count, int line) = unseen.GetValueOrDefault(written, (0, file.Rows[row].Line));
                unseen[written] = (count + 1, line);
            }
        }
        file.Usable = rows.Count;
        errors.AddRange(unseen.Select(u => ClassChecks.Unseen(u.Key, u.Value.Count, $"{file.Name}:{u.Value.Line}", numbers.WhyUnknown(u.Key))));
        if (rows.Count == 0 && file.TooManyBad(spec.MaxBadRows) is null && unseen.Count == 0)
            errors.Add(new KdError("KD1101", "no row of the file is usable.", file.Name));
        return new TextSplit(file.Rows.Labelled(rows), file.BadCount);
    }

    private static IEnumerable<int> LabelsOf(TextSplit split) => split.Labels;

    // The classes stay those of all rows, so that a limit changes no label space; one that loses its rows is told by the profile.
    private static TextData Limited(TextData data, int limit, string name)
    {
        TextData limited = LabelledFiles.Limit(data, limit);
        int[] classes = [.. limited.Train.Labels.Distinct()];
        return classes.Length > 1
            ? limited
            : throw new KdException([ClassChecks.OneClass(name, $"of {data.Train.Count} rows, the {limit} that data.limit keeps all have the label '{LabelNames.Show(data.Labels.Names[classes[0]])}'")]);
    }
}
