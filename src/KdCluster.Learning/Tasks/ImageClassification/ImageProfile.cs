using KdCluster.Learning.Data;

namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>What an image data set holds, class by class and split by split, and what in it looks wrong.</summary>
internal static class ImageProfile
{
    public static DataProfile Of(ImageData data)
    {
        (string Name, ImageSplit Split)[] splits = [("train", data.Train), ("validation", data.Validation), .. data.Test is { } test ? new[] { ("test", test) } : []];
        List<SplitProfile> profiles = [];
        HashSet<ulong> seen = [];
        foreach ((string name, ImageSplit split) in splits)
        {
            ulong[] hashes = ImageHash.Of(split);
            profiles.Add(new SplitProfile(name, split.Count, 0, profiles.Count == 0 ? 0 : hashes.Count(seen.Contains), split.BadRows));
            seen.UnionWith(hashes);
        }

        int[][] counts = [.. splits.Select(s => Count(s.Split, data.Labels.Count))];
        ClassProfile[] classes = [.. data.Labels.Names.Select((name, c) => new ClassProfile(name, [.. counts.Select(split => split[c])]))];
        var profile = new DataProfile(profiles, classes, 0, data.BadRows.Rows, []) { Changes = [.. data.Transforms.Select(t => t.ToString())] };
        return profile with { Warnings = [.. data.Warnings, .. DataWarnings.OfRows(profile, "image")] };
    }

    private static int[] Count(ImageSplit split, int classes)
    {
        var rows = new int[classes];
        foreach (ImageRow row in split.Rows)
            rows[row.Label]++;
        return rows;
    }
}
