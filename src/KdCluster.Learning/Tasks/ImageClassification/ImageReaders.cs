using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>The formats of image data. A new one is one class, one line here, and its name in the recipe's table.</summary>
internal static class ImageReaders
{
    /// <summary>Reads a file or folder by its format.</summary>
    /// <param name="spec">The recipe's data.</param>
    /// <param name="baseFolder">What relative paths are relative to.</param>
    /// <param name="name">As the recipe names it.</param>
    /// <param name="labels">The file of its labels, where the recipe names one.</param>
    /// <exception cref="KdException"><c>KD1108</c>: the format is unknown, or its labels cannot be found; those of the readers.</exception>
    public static ImageFile Read(DataSpec spec, string baseFolder, string name, string? labels) => RecipePaths.ImageFormatOf(spec.Format, name) switch
    {
        "idx" => IdxReader.Read(baseFolder, name, labels ?? RecipePaths.LabelsOf(name)
            ?? throw new KdException("KD1108", "the file of its labels cannot be told by its name.", name, "Name the file of the labels: data.trainLabels, data.validationLabels or data.testLabels.")),
        "cifar" => CifarReader.Read(baseFolder, name),
        "png" => PngFolderReader.Read(baseFolder, name),
        _ => throw new KdException("KD1108", "the format of the images is unknown.", name, "Set data.format to idx, cifar or png."),
    };
}
