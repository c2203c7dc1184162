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
    private delegate TextRow? Change(TextRow row, bool isSelected, Func<int> drawLabel, int label);

    /// <summary>What each kind makes of a row; null leaves it out. To add one: a line here, its name in the recipe's table, its words in <see cref="AppliedTransform"/>.</summary>
    private static readonly Dictionary<string, Change> Changes = new(StringComparer.Ordinal)
    {
        ["keep-rows"] = (row, isSelected, _, _) => isSelected ? row : null,
        ["drop-rows"] = (row, isSelected, _, _) => isSelected ? null : row,
        ["random-labels"] = (row, isSelected, draw, _) => isSelected ? row with { Label = draw() } : row,
        ["set-labels"] = (row, isSelected, _, label) => isSelected ? row with { Label = label } : row,
    };

    private static readonly string[] SplitNames = ["train", "validation", "test"];

    /// <param name="data">As read.</param>
    /// <param name="steps">In their order.</param>
    /// <exception cref="KdException"><c>KD1120</c>: a step names a class or a kind that there is not, or leaves no row; <c>KD1105</c>: it leaves one class to learn.</exception>
    public static TextData Apply(TextData data, IReadOnlyList<TransformStep> steps)
    {
        Check(data.Labels, steps);
        TextSplit?[] read = [data.Train, data.Validation, data.Test];
        List<(TextRow Row, int Place)>?[] splits = [.. read.Select(s => s?.Rows.Select((row, place) => (row, place)).ToList())];
        var applied = new List<AppliedTransform>();
        for (int i = 0; i < steps.Count; i++)
        {
            for (int s = 0; s < splits.Length; s++)
            {
                if (steps[i].Splits.Contains(SplitNames[s]) && splits[s] is { } rows)
                    applied.Add(Apply(steps[i], i, s, rows, data.Labels));
            }
        }

        TextSplit?[] changed = [.. read.Select((split, s) => splits[s] is { } rows ? split! with { Rows = rows.Count > 0 ? [.. rows.Select(r => r.Row)] : throw NothingLeft(SplitNames[s]) } : null)];
        if (changed[0]!.Rows.Select(r => r.Label).Distinct().Count() < 2)
            throw new KdException("KD1105", "the remaining training rows have only one class.", "data.transform", "Keep rows of at least two classes.");
        return data with { Train = changed[0]!, Validation = changed[1]!, Test = changed[2], Overlap = SplitOverlap.Of(changed[0]!, changed[1]!, changed[2]), Transforms = applied };
    }

    private static AppliedTransform Apply(TransformStep step, int index, int split, List<(TextRow Row, int Place)> rows, LabelSpace labels)
    {
        bool[] selectable = [.. labels.Names.Select(n => step.Classes?.Contains(n) ?? step.Except?.Contains(n) != true)];
        var kept = new List<(TextRow, int)>(rows.Count);
        int selected = 0, changed = 0;
        int label = step.Label is null ? -1 : labels.IndexOf(step.Label);
        long stream = ((long)index * SplitNames.Length) + split;
        foreach ((TextRow row, int place) in rows)
        {
            bool isSelected = selectable[row.Label] && CounterRandom.Unit(step.Seed, RandomStream.Transform, stream, 2L * place) < step.Share;
            TextRow? now = Changes[step.Kind](row, isSelected, () => CounterRandom.Below(labels.Count, step.Seed, RandomStream.Transform, stream, (2L * place) + 1), label);
            selected += isSelected ? 1 : 0;
            changed += now == row ? 0 : 1;
            if (now is not null)
                kept.Add((now, place));
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
