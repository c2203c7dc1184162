using KdCluster.Learning.Data;

namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>An image as a file has it.</summary>
/// <param name="Pixels">Bytes [channels, height, width].</param>
/// <param name="Label">As written: a number, or the name of a folder.</param>
/// <param name="Number">Its place in the file, counted from 1.</param>
/// <param name="File">The file that holds it, as messages name it.</param>
internal readonly record struct RawImage(ReadOnlyMemory<byte> Pixels, string Label, int Number, string File);

/// <summary>One file's images, or one folder's, before labels are numbered.</summary>
/// <param name="name">As the recipe names it.</param>
/// <param name="size">Of all images.</param>
/// <param name="positions">Whether a label is a number that is the class's place in the list of classes.</param>
internal sealed class ImageFile(string name, ImageSize size, bool positions)
{
    private readonly List<BadRow> _bad = [];

    public string Name => name;

    public ImageSize Size => size;

    public bool LabelsArePositions => positions;

    public List<RawImage> Images { get; } = [];

    /// <summary>The first bad images; <see cref="BadCount"/> counts all.</summary>
    public IReadOnlyList<BadRow> Bad => _bad;

    public int BadCount { get; private set; }

    /// <summary>Images whose label is known; set once labels are numbered.</summary>
    public int? Usable { get; set; }

    /// <summary>What was left out or guessed, one sentence each.</summary>
    public List<string> Warnings { get; } = [];

    public void Reject(string file, int number, string problem)
    {
        BadCount++;
        if (_bad.Count < BadRowReport.Kept)
            _bad.Add(new BadRow(file, number, problem));
    }

    /// <summary>What is wrong when too many images are bad; null: nothing.</summary>
    public KdError? TooManyBad(double most)
    {
        const int shown = 5;
        int all = (Usable ?? Images.Count) + BadCount;
        if (BadCount <= most * all)
            return null;
        return new KdError("KD1104", FormattableString.Invariant($"{BadCount} of {all} images are bad, more than the share of {most} that is allowed ({string.Join("; ", _bad.Take(shown))}{(BadCount > shown ? "; ..." : "")})."), Name,
            "Correct the data, or increase data.maxBadRows.");
    }
}
