using System.Globalization;

namespace KdCluster.Cluster.Storage;

/// <summary>
/// A file kept as numbered generations in a separate folder; the highest number is the file. A writer takes the next number by an exclusive link to content that is
/// whole, so no writer waits for another, and none can write over what it has not read. A number is removed only when <see cref="Kept"/> higher ones are there. A
/// writer that was frozen so long that its number became free again therefore sees that many higher ones when it has the number, and knows that it lost (ADR 7).
/// </summary>
/// <param name="folder">The folder of the generations; made by the first write.</param>
/// <param name="zero">Where earlier versions kept the file, without generations: the generation 0.</param>
internal sealed class Generations(string folder, string zero)
{
    /// <summary>How many there are at most when nobody writes.</summary>
    public const int Kept = 4;

    /// <summary>Reads the newest one; content null: there is none.</summary>
    /// <exception cref="FileNotFoundException">It has a name and is not there, such as a link to nothing.</exception>
    public async Task<(long Number, string Path, byte[]? Content)> ReadAsync()
    {
        long missed = -1;
        while (true)
        {
            long newest = Numbers().Max();
            string path = PathOf(newest);
            try
            {
                return (newest, path, await File.ReadAllBytesAsync(path));
            }
            catch (Exception e) when (newest > missed && e is (FileNotFoundException or DirectoryNotFoundException))
            {
                // Removed since, because there are newer ones; or never written.
                if (newest == 0 && Numbers().Max() == 0)
                    return (0, path, null);
                missed = newest;
            }
        }
    }

    /// <summary>Writes the generation after one that was read. The content bears something random.</summary>
    /// <returns>False: another writer was first.</returns>
    /// <exception cref="KdException"><c>KD1620</c>: there is no room; <c>KD1798</c>: it cannot be written.</exception>
    public bool TryWrite(long number, byte[] content)
    {
        string path = PathOf(number);
        try
        {
            Folders.Create(folder);
            if (!AtomicFile.TryCreate(path, content))
                return false;
            long[] numbers = [.. Numbers()];
            long highest = numbers.Max();
            RemoveUpTo(highest - Kept);
            return highest < number + Kept;
        }
        catch (Exception e) when (e is not KdException && FileErrors.Of(e, path) is { } error)
        {
            throw new KdException([error], e);
        }
    }

    // Files that killed writers left are of a number as well, and go with it.
    private void RemoveUpTo(long last)
    {
        foreach (string file in Directory.GetFiles(folder).Where(f => NumberOf(f) <= last))
            File.Delete(file);
        if (last >= 0)
            File.Delete(zero);
    }

    private IEnumerable<long> Numbers() =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json").Select(NumberOf).OfType<long>().Prepend(0) : [0];

    private static long? NumberOf(string file) =>
        long.TryParse(Path.GetFileName(file).Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private string PathOf(long number) => number == 0 ? zero : Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number}.json"));
}
