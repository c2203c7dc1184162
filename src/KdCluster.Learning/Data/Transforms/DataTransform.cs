using KdCluster.Learning.Training;
using KdCluster.Recipes;

namespace KdCluster.Learning.Data.Transforms;

/// <summary>Makes the changes that a recipe's <c>data.transform</c> declares. The classes stay those of the data as read, so that models of changed and unchanged data fit each other.</summary>
/// <remarks>
/// A draw depends on the step's seed, its place in the list, the split and the row's place in the split as read, and on nothing else: a limit, another step or
/// another machine changes no row's draw.
/// </remarks>
internal static class DataTransform
{
    private delegate int Change(int label, bool isSelected, Func<int> drawLabel, int setLabel);

    private const int LeftOut = -1;

    /// <summary>What each kind makes of a row: its class, or <see cref="LeftOut"/>. To add one: a line here, its name in the recipe's table, its words in <see cref="AppliedTransform"/>.</summary>
    private static readonly Dictionary<string, Change> Changes = new(StringComparer.Ordinal)
    {
        ["keep-rows"] = (label, isSelected, _, _) => isSelected ? label : LeftOut,
        ["drop-rows"] = (label, isSelected, _, _) => isSelected ? LeftOut : label,
        ["random-labels"] = (label, isSelected, draw, _) => isSelected ? draw() : label,
        ["set-labels"] = (label, isSelected, _, set) => isSelected ? set : label,
    };

    private static readonly string[] SplitNames = ["train", "validation", "test"];

    /// <param name="data">As read.</param>
    /// <param name="steps">In their order.</param>
    /// <exception cref="KdException"><c>KD1120</c>: a step names a class or a kind that there is not, or leaves no row; <c>KD1105</c>: it leaves one class to learn.</exception>
    public static TextData Apply(TextData data, IReadOnlyList<TransformStep> steps)
    {
        TextSplit?[] read = [data.Train, data.Validation, data.Test];
        var (places, applied) = Apply(data.Labels, [.. read.Select(s => s?.Labels.ToArray())], steps);
        TextSplit?[] changed = [.. read.Select((split, s) => split?.Take(places[s]!))];
        return data with { Train = changed[0]!, Validation = changed[1]!, Test = changed[2], Overlap = SplitOverlap.Of(changed[0]!, changed[1]!, changed[2], data.Unlabelled), Transforms = applied };
    }

    /// <param name="labels">The classes.</param>
    /// <param name="splits">The class of each row of the training, validation and test rows; null: there are none.</param>
    /// <param name="steps">In their order.</param>
    /// <returns>The rows that are left, by their place and with their class, and what each step did.</returns>
    /// <exception cref="KdException">As of the other.</exception>
    public static (List<(int Place, int Label)>?[] Rows, IReadOnlyList<AppliedTransform> Applied) Apply(LabelSpace labels, IReadOnlyList<int[]?> splits, IReadOnlyList<TransformStep> steps)
    {
        Check(labels, steps);
        List<(int Place, int Label)>?[] rows = [.. splits.Select(s => s?.Select((label, place) => (place, label)).ToList())];
        var applied = new List<AppliedTransform>();
        for (int i = 0; i < steps.Count; i++)
        {
            for (int s = 0; s < rows.Length; s++)
            {
                if (steps[i].Splits.Contains(SplitNames[s]) && rows[s] is { } some)
                    applied.Add(Apply(steps[i], i, s, some, labels));
            }
        }

        int empty = Array.FindIndex(rows, r => r is { Count: 0 });
        if (empty >= 0)
            throw NothingLeft(SplitNames[empty]);
        if (!labels.IsScore && rows[0]!.Select(r => r.Label).Distinct().Count() < 2)
            throw new KdException("KD1105", "the remaining training rows have only one class.", "data.transform", "Keep rows of at least two classes.");
        return (rows, applied);
    }

    private static AppliedTransform Apply(TransformStep step, int index, int split, List<(int Place, int Label)> rows, LabelSpace labels)
    {
        bool[] selectable = [.. labels.Names.Select(n => step.Classes?.Contains(n) ?? step.Except?.Contains(n) != true)];
        var kept = new List<(int, int)>(rows.Count);
        int selected = 0, changed = 0;
        int set = step.Label is null ? -1 : labels.IndexOf(step.Label);
        long stream = ((long)index * SplitNames.Length) + split;
        foreach ((int place, int label) in rows)
        {
            bool isSelected = selectable[label] && CounterRandom.Unit(step.Seed, RandomStream.Transform, stream, 2L * place) < step.Share;
            int now = Changes[step.Kind](label, isSelected, () => CounterRandom.Below(labels.Count, step.Seed, RandomStream.Transform, stream, (2L * place) + 1), set);
            selected += isSelected ? 1 : 0;
            changed += now == label ? 0 : 1;
            if (now != LeftOut)
                kept.Add((place, now));
        }

        var applied = new AppliedTransform(step, SplitNames[split], rows.Count, selected, changed);
        rows.Clear();
        rows.AddRange(kept);
        return applied;
    }

    private static void Check(LabelSpace labels, IReadOnlyList<TransformStep> steps)
    {
        var errors = new List<KdError>();
        for (int i = 0; i < steps.Count; i++)
        {
            TransformStep step = steps[i];
            if (!Changes.ContainsKey(step.Kind))
                errors.Add(new KdError("KD1120", $"there is no transformation '{step.Kind}'.", $"data.transform[{i}].kind", $"Known: {string.Join(", ", Changes.Keys)}."));
            bool lacksLabel = step.Kind == "set-labels" && labels.IndexOf(step.Label ?? "") < 0;
            foreach (string name in (step.Classes ?? step.Except ?? []).Where(n => labels.IndexOf(n) < 0))
                errors.Add(NoClass(name, step.Classes is null ? "except" : "classes", i));
            if (lacksLabel)
                errors.Add(NoClass(step.Label, "label", i));
        }

        if (errors.Count > 0)
            throw new KdException(errors);

        KdError NoClass(string? name, string key, int step) =>
            new("KD1120", $"the data has no class '{name}'.", $"data.transform[{step}].{key}", $"Its classes: {string.Join(", ", labels.Names)}.");
    }

    private static KdException NothingLeft(string split) => new("KD1120", $"no {split} row remains.", "data.transform", "Drop fewer rows.");
}
