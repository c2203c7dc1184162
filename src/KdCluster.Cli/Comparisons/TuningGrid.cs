using KdCluster.Learning.Training;

namespace KdCluster.Cli.Comparisons;

/// <summary>Settings that are tried before recipes are compared: keys of a recipe with the values that each may have.</summary>
/// <param name="axes">Each key with its values.</param>
internal sealed class TuningGrid(IReadOnlyList<(string Key, IReadOnlyList<string> Values)> axes)
{
    private const long Seed = 1;

    /// <summary>All settings there are.</summary>
    public long Count => axes.Aggregate(1L, (count, axis) => checked(count * axis.Values.Count));

    /// <summary>Reads <c>KEY=VALUE,VALUE,…</c> of each axis.</summary>
    /// <exception cref="KdException"><c>KD1704</c>: one is something else, or a key stands twice.</exception>
    public static TuningGrid Read(IReadOnlyList<string> axes)
    {
        List<(string Key, IReadOnlyList<string> Values)> read = [];
        foreach (string axis in axes)
        {
            string[] parts = axis.Split('=', 2);
            string[] values = parts.Length < 2 ? [] : [.. parts[1].Split(',', StringSplitOptions.TrimEntries).Distinct()];
            if (parts[0].Length == 0 || values.Length == 0 || values.Any(v => v.Length == 0))
                throw new KdException("KD1704", $"'{axis}' names no values.", "--grid", "Write --grid KEY=VALUE,VALUE, such as --grid training.learningRate=3e-4,1e-3,3e-3.");
            if (read.Any(r => r.Key == parts[0]))
                throw new KdException("KD1704", $"'{parts[0]}' is given twice.", "--grid", "Give all its values at once.");
            read.Add((parts[0], values));
        }

        return new TuningGrid(read);
    }

    /// <summary>Different settings, drawn at random: the same for every recipe, on every machine.</summary>
    /// <param name="count">How many; all there are where they are fewer.</param>
    /// <returns>Each as changes for <c>--set</c>.</returns>
    public IReadOnlyList<IReadOnlyList<string>> Draw(int count)
    {
        // Floyd's sampling: no setting twice, whatever the size of the grid.
        List<long> drawn = [];
        long first = Math.Max(0, Count - count);
        for (long last = first; last < Count; last++)
        {
            long pick = (long)(CounterRandom.Unit(Seed, RandomStream.Tuning, last) * (last + 1));
            drawn.Add(drawn.Contains(pick) ? last : pick);
        }

        return [.. drawn.Select(Setting)];
    }

    private IReadOnlyList<string> Setting(long number)
    {
        List<string> changes = [];
        foreach ((string key, IReadOnlyList<string> values) in axes)
        {
            changes.Add($"{key}={values[(int)(number % values.Count)]}");
            number /= values.Count;
        }

        return changes;
    }
}
