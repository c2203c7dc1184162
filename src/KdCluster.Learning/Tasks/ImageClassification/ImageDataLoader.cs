using System.Globalization;
using KdCluster.Learning.Data;
using KdCluster.Learning.Data.Transforms;
using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>Reads and checks the images that a recipe's data section names.</summary>
public static class ImageDataLoader
{
    /// <summary>Loads all splits; every mistake in every file is reported at once.</summary>
    /// <param name="spec">What to load.</param>
    /// <param name="baseFolder">What relative paths are relative to: the recipe's folder.</param>
    /// <exception cref="KdException">
    /// <c>KD1100</c> missing, <c>KD1101</c> no images, <c>KD1102</c> damaged gzip, <c>KD1104</c> too many bad images, <c>KD1105</c> one class, <c>KD1106</c> a class unseen in training, <c>KD1108</c> unknown format, <c>KD1110</c> not of
    /// its format or cut, <c>KD1111</c> images and labels of unequal number, <c>KD1112</c> splits of different sizes, <c>KD1120</c> a transformation that cannot be made.
    /// </exception>
    public static ImageData Load(DataSpec spec, string baseFolder)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(baseFolder);
        if (spec.Train is null)
            throw new KdException("KD1100", "no training images are named.", "data.train", "Name a file or a folder.");
        var errors = new List<KdError>();
        ImageFile? train = TryRead(spec.Train, spec.TrainLabels), validation = TryRead(spec.Validation, spec.ValidationLabels), test = TryRead(spec.Test, spec.TestLabels);
        if (train is null || errors.Count > 0)
            throw new KdException(errors);

        ImageFile[] files = [.. new[] { train, validation, test }.OfType<ImageFile>()];
        errors.AddRange(files.Where(f => f.Size != train.Size).Select(f => new KdError("KD1112", $"its images have {f.Size}, those of {train.Name} have {train.Size}.", f.Name, "Give images of one size and colour type.")));
        IReadOnlyList<string> names = spec.Labels ?? LabelNumbers.Sorted(train.Images.Select(r => r.Label));
        if (names.Count < 2)
            throw new KdException([.. errors, .. TooManyBad(), ClassChecks.OneClass(train.Name, $"the images have {names.Count} label(s): classes cannot be told apart")]);
        var labels = new LabelSpace(names);
        ImageSplit learn = Number(train, labels, spec, errors), choose;
        if (validation is null)
            (learn, choose) = HeldOut(learn);
        else
            choose = Number(validation, labels, spec, errors);
        ImageSplit? report = test is null ? null : Number(test, labels, spec, errors);
        errors.AddRange(TooManyBad());
        errors.AddRange(ClassChecks.Of(labels, train.Name, LabelsOf(learn), [(validation?.Name ?? train.Name, LabelsOf(choose)), .. report is null ? [] : new[] { (test!.Name, LabelsOf(report)) }]));
        if (errors.Count > 0)
            throw new KdException(errors);

        var bad = new BadRowReport([.. files.SelectMany(f => f.Bad)], files.Sum(f => f.BadCount));
        var data = new ImageData(learn, choose, report, train.Size, labels, bad) { Warnings = [.. files.SelectMany(f => f.Warnings)] };
        if (spec.Transform is { } steps)
            data = Transformed(data, steps);
        return spec.Limit is int limit && limit < data.Train.Count ? Limited(data, limit, spec.Train) : data;

        ImageFile? TryRead(string? name, string? labelsName)
        {
            try
            {
                return name is null ? null : ImageReaders.Read(spec, baseFolder, name, labelsName);
            }
            catch (KdException e)
            {
                errors.AddRange(e.Errors);
                return null;
            }
        }

        IEnumerable<KdError> TooManyBad() => files.Select(f => f.TooManyBad(spec.MaxBadRows)).OfType<KdError>();
    }

    // A label that the recipe does not list makes a bad image; one that only held-out images have is refused, since nobody could learn it.
    private static ImageSplit Number(ImageFile file, LabelSpace labels, DataSpec spec, List<KdError> errors)
    {
        var rows = new List<ImageRow>(file.Images.Count);
        var unseen = new SortedDictionary<string, (int Count, int Number)>(StringComparer.Ordinal);
        foreach (RawImage image in file.Images)
        {
            int label = spec.Labels is not null && file.LabelsArePositions
                ? int.Parse(image.Label, CultureInfo.InvariantCulture) is var place && place < labels.Count ? place : -1
                : labels.IndexOf(image.Label);
            if (label >= 0)
                rows.Add(new ImageRow(image.Pixels, label));
            else if (spec.Labels is null)
                unseen[image.Label] = unseen.TryGetValue(image.Label, out var found) ? (found.Count + 1, found.Number) : (1, image.Number);
            else
                file.Reject(image.File, image.Number, file.LabelsArePositions ? $"label {image.Label}, where data.labels names {labels.Count} classes, 0 to {labels.Count - 1}" : $"unknown label '{image.Label}'");
        }

        file.Usable = rows.Count;
        errors.AddRange(unseen.Select(u => ClassChecks.Unseen(u.Key, u.Value.Count, $"{file.Name}:{u.Value.Number}")));
        if (rows.Count == 0 && file.TooManyBad(spec.MaxBadRows) is null && unseen.Count == 0)
            errors.Add(new KdError("KD1101", "no image of the file is usable.", file.Name));
        return new ImageSplit(rows, file.BadCount);
    }

    private static IEnumerable<int> LabelsOf(ImageSplit split) => split.Rows.Select(r => r.Label);

    private static (ImageSplit Learn, ImageSplit HeldOut) HeldOut(ImageSplit split)
    {
        bool[] heldOut = RowSelection.Tenth(ImageHash.Of(split));
        return (split with { Rows = [.. split.Rows.Where((_, i) => !heldOut[i])] }, new ImageSplit([.. split.Rows.Where((_, i) => heldOut[i])]));
    }

    private static ImageData Transformed(ImageData data, IReadOnlyList<TransformStep> steps)
    {
        ImageSplit?[] read = [data.Train, data.Validation, data.Test];
        var (places, applied) = DataTransform.Apply(data.Labels, [.. read.Select(s => s is null ? null : LabelsOf(s).ToArray())], steps);
        ImageSplit?[] changed = [.. read.Select((split, s) => split is null ? null : split with { Rows = [.. places[s]!.Select(p => split.Rows[p.Place] with { Label = p.Label })] })];
        return data with { Train = changed[0]!, Validation = changed[1]!, Test = changed[2], Transforms = applied };
    }

    // The classes stay those of all rows, so that a limit changes no label space.
    private static ImageData Limited(ImageData data, int limit, string name)
    {
        var train = data.Train with { Rows = [.. RowSelection.Smallest(ImageHash.Of(data.Train), limit).Select(i => data.Train.Rows[i])] };
        int[] classes = [.. LabelsOf(train).Distinct()];
        return classes.Length > 1
            ? data with { Train = train }
            : throw new KdException([ClassChecks.OneClass(name, $"of {data.Train.Count} images, the {limit} that data.limit keeps all have the label '{data.Labels.Names[classes[0]]}'")]);
    }
}
