using KdCluster.Recipes;

namespace KdCluster.Learning.Loops.Bilevel;

/// <summary>What is wrong, or likely a mistake, with data that are made for the classes of a data set.</summary>
internal static class MadeFaults
{
    /// <param name="loop">One of another kind has no faults.</param>
    /// <param name="classes">Their names.</param>
    /// <param name="rows">Training rows of each.</param>
    /// <returns><c>KD1229</c>: fewer instances than classes, whose labels are not learned; a class with too few rows to begin with.</returns>
    public static IReadOnlyList<KdError> Of(LoopSpec loop, IReadOnlyList<string> classes, IReadOnlyList<int> rows)
    {
        List<KdError> faults = [];
        if (loop.Kind != LoopSpec.Bilevel)
            return faults;
        int items = loop.Items ?? 10;
        if (items < classes.Count && loop.Learn?.Contains("labels") == false)
            faults.Add(new KdError("KD1229", $"{items} made instances cannot teach {classes.Count} classes: {classes[items]} has none, and labels are not learned.", "loop.items", $"Give at least {classes.Count} items, or name \"labels\" in `loop.learn`."));
        if (loop.Begin == "real" && Enumerable.Range(0, items).FirstOrDefault(m => rows[m % classes.Count] <= m / classes.Count, -1) is >= 0 and var missing)
            faults.Add(new KdError("KD1229", $"the made data begin with {items} training rows, and the class {classes[missing % classes.Count]} has only {rows[missing % classes.Count]}.", "loop.items", "Give fewer items, more rows, or \"begin\": \"noise\"."));
        return faults;
    }

    /// <summary>One sentence on what nothing forbids; null: nothing of that kind.</summary>
    /// <param name="loop">One of another kind has none.</param>
    /// <param name="classes">Their names.</param>
    public static string? Warning(LoopSpec loop, IReadOnlyList<string> classes) =>
        loop.Kind == LoopSpec.Bilevel && (loop.Items ?? 10) is var items && items < classes.Count && loop.Learn?.Contains("labels") != false
            ? $"the loop `{LoopSpec.Bilevel}` makes {items} instance(s) for {classes.Count} classes: those without one are taught by the learned labels of the others alone."
            : null;
}
