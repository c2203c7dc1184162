using KdCluster.Learning.Data;
using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>A folder with one folder of PNG files for each class, whose name is the class.</summary>
internal static class PngFolderReader
{
    /// <exception cref="KdException"><c>KD1100</c> missing, <c>KD1101</c> no image in it, <c>KD1110</c> no image of it can be read.</exception>
    public static ImageFile Read(string baseFolder, string name)
    {
        string root = Path.Combine(baseFolder, name);
        if (!Directory.Exists(root))
            throw new KdException("KD1100", "the folder is missing.", name, "Paths are relative to the recipe. A folder of images has one folder of PNG files for each class.");
        (string Label, string File)[] files = [.. Directory.GetDirectories(root).Order(StringComparer.Ordinal)
            .SelectMany(folder => Directory.GetFiles(folder).Order(StringComparer.Ordinal).Where(IsPng).Select(file => (Path.GetFileName(folder), file)))];
        if (files.Length == 0)
            throw new KdException("KD1101", "there are no PNG files in its folders.", name, "A folder of images has one folder of PNG files for each class.");

        var images = new (byte[]? Pixels, ImageSize Size, string? Problem)[files.Length];
        Parallel.For(0, files.Length, i => images[i] = Read(files[i].File));
        // That of most images; of equally many the one that comes first.
        if (images.Where(i => i.Pixels is not null).GroupBy(i => i.Size).MaxBy(g => g.Count()) is not { } most)
            throw new KdException("KD1110", $"none of its {files.Length} PNG files can be read: {Short(files[0].File)}: {images[0].Problem}.", name);
        var file = new ImageFile(name, most.Key, positions: false);
        for (int i = 0; i < files.Length; i++)
        {
            string where = $"{name}/{Short(files[i].File)}";
            if (images[i].Problem is { } problem)
                file.Reject(where, 1, problem);
            else if (images[i].Size != most.Key)
                file.Reject(where, 1, $"it has {images[i].Size}, where most have {most.Key}");
            else
                file.Images.Add(new RawImage(images[i].Pixels, files[i].Label, 1, where));
        }

        int others = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Count() - files.Length;
        if (others > 0)
            file.Warnings.Add($"{name}: {others} file(s) are left out: they are no PNG files, or not in the folder of a class.");
        return file;
    }

    private static bool IsPng(string file) => Path.GetExtension(file).Equals(".png", StringComparison.OrdinalIgnoreCase);

    private static string Short(string file) => $"{Path.GetFileName(Path.GetDirectoryName(file))}/{Path.GetFileName(file)}";

    private static (byte[]?, ImageSize, string?) Read(string file)
    {
        try
        {
            var (pixels, size) = PngImage.Read(File.ReadAllBytes(file));
            return (pixels, size, null);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return (null, default, e.Message);
        }
    }
}
