using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>What no single key shows: keys that contradict each other. Each rule is silent where a key it needs is already known to be wrong.</summary>
internal static class RecipeRules
{
    internal static void Check(RecipeTree tree, RecipeMistakes mistakes)
    {
        RecipeDataRules.Check(tree, mistakes);
        RecipeTeacherRules.Check(tree, mistakes);
        CheckOne(tree, mistakes);
        Secrets(tree, mistakes);
        RecipeStageRules.Check(tree, mistakes);
        RecipeVariants.Check(tree, mistakes);
        RecipeGrid.Check(tree, mistakes);
    }

    /// <summary>What holds of a recipe, and of each stage.</summary>
    internal static void CheckOne(RecipeTree tree, RecipeMistakes mistakes)
    {
        Meaning(RecipeTable.Root, "", tree, mistakes);
        Weighting(tree, mistakes);
        Baselines(tree, mistakes);
        Student(tree, mistakes);
        Training(tree, mistakes);
        Augmentation(tree, mistakes);
        RecipeTermRules.Check(tree, mistakes);
        RecipeLoopRules.Check(tree, mistakes);
        RecipeScoreRules.Check(tree, mistakes);
        RecipeLanguageRules.Check(tree, mistakes);
    }

    /// <summary>What holds of a model.</summary>
    internal static void CheckModel(RecipeTree tree, RecipeMistakes mistakes)
    {
        Meaning(RecipeTableModel.Student, "student", tree, mistakes);
        Student(tree, mistakes);
    }

    internal static void Contradiction(this RecipeMistakes mistakes, string key, string what, string remedy) => mistakes.Add("KD1007", key, what, remedy);

    /// <summary>The positions of items that came before.</summary>
    internal static IEnumerable<(int Index, T Item)> Repeated<T>(IEnumerable<T> items)
    {
        HashSet<T> seen = [];
        return items.Select((item, index) => (index, item)).Where(i => !seen.Add(i.item)).ToList();
    }

    private static void Meaning(RecipeKey section, string path, RecipeTree tree, RecipeMistakes mistakes)
    {
        foreach (RecipeKey key in section.Keys)
        {
            string at = path.Length == 0 ? key.Name : $"{path}.{key.Name}";
            if (!tree.IsGiven(at))
                continue;
            if (key.Only is { } only && only.Holds(tree) == false)
                mistakes.Contradiction(at, $"\"{key.Name}\" has a meaning only {only.When}.", only.RemedyFor?.Invoke(tree) ?? only.Remedy);
            else if (key.Type == RecipeKeyType.Section && at != RecipeFull.Name)
                Meaning(key, at, tree, mistakes);
        }
    }

    private static void Weighting(RecipeTree tree, RecipeMistakes mistakes)
    {
        bool staged = tree.IsGiven("stages") || tree.IsGiven("driver");
        if (staged && tree.IsGiven("weighting.from"))
            mistakes.Contradiction("weighting.from", "a run with stages does not begin with a learned policy.", "Leave `from` out, or the stages.");
        for (int i = 0; i < ((tree.Given["stages"] as JsonArray)?.Count ?? 0); i++)
        {
            if (tree.Given["stages"]![i]?["weighting"]?["from"] is not null)
                mistakes.Contradiction($"stages[{i}].weighting.from", "a run with stages does not begin with a learned policy.", "Leave `from` out.");
        }

        if (RecipeTableWeighting.IsPolicy(tree.Text("weighting.kind")) && tree.Count("teachers") == 1)
            mistakes.Contradiction("weighting.kind", "with one teacher there is nothing to choose.", "Name more teachers, or choose `uniform`.");
    }

    private static void Baselines(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Texts("baselines") is not { } baselines)
            return;
        foreach ((int index, string name) in Repeated(baselines))
            mistakes.Contradiction($"baselines[{index}]", $"the baseline \"{name}\" is given twice.", "Name it once.");

        int? teachers = tree.Count("teachers");
        for (int i = 0; i < baselines.Length; i++)
        {
            string at = $"baselines[{i}]";
            // With stages the run itself is none of these.
            if (teachers == 0 && baselines[i] == "alone" && IsStaged(tree))
                continue;
            if (teachers == 0 && baselines[i] == "alone")
                mistakes.Contradiction(at, "without teachers the run itself is the student alone.", "Leave it out, or name teachers.");
            else if (teachers == 0)
                mistakes.Contradiction(at, $"\"{baselines[i]}\" mixes teachers, and there are none.", "Name teachers, or leave it out.");
            else if (RecipeTableWeighting.IsPolicy(baselines[i]) && teachers == 1)
                mistakes.Contradiction(at, "with one teacher there is nothing to choose.", "Name more teachers, or leave it out.");
            else if (baselines[i] == tree.Text("weighting.kind") && !IsStaged(tree))
                mistakes.Contradiction(at, $"\"{baselines[i]}\" is the run's own weighting.", "Leave it out: the run has its row already.");
        }
    }

    private static bool IsStaged(RecipeTree tree) => tree.Count("stages") is > 0 || tree.Given["driver"] is not null;

    private static void Student(RecipeTree tree, RecipeMistakes mistakes)
    {
        string? kind = tree.Text("student.kind");
        if (kind is not null && RecipeTableTask.Of(tree) is { } task)
        {
            Image(tree, mistakes, kind, task);
            Decoder(mistakes, kind, task);
        }

        if (RecipeTableModel.TransformerKinds.Contains(kind) && tree.Number("student.embedding") is { } width && tree.Number("student.heads") is { } heads && width % heads != 0)
            mistakes.Contradiction(tree.IsGiven("student.heads") ? "student.heads" : "student.embedding", $"{heads} heads do not divide an embedding of {width}.", "Give heads that divide it.");

        if (kind != "text-cnn" || tree.Numbers("student.filters") is not { } filters)
            return;
        foreach ((int index, decimal filter) in Repeated(filters))
            mistakes.Contradiction($"student.filters[{index}]", $"the filter width {filter} is given twice.", "Give it once, and a larger `hidden` for more filters.");
        if (tree.Number("data.maxLength") is { } longest && filters.Any(f => f > (decimal)longest))
            mistakes.Contradiction("student.filters", $"the filter width {filters.Max()} is longer than the longest input, {longest} tokens.", "Give narrower filters, or a larger `data.maxLength`.");
    }

    private static void Decoder(RecipeMistakes mistakes, string kind, string task)
    {
        bool isDecoder = RecipeTableModel.DecoderKinds.Contains(kind), wanted = task == TaskNames.LanguageModelling;
        if (isDecoder == wanted || RecipeTableModel.ImageKinds.Contains(kind))
            return;
        mistakes.Contradiction("student.kind", isDecoder ? $"\"{kind}\" says the next token, and the task is `{task}`." : $"\"{kind}\" does not say the next token, and the task is `{task}`.",
            isDecoder ? "Choose another kind, or the task `language-modelling`." : $"Choose {string.Join(" or ", RecipeTableModel.DecoderKinds)}, or another task.");
    }

    private static void Image(RecipeTree tree, RecipeMistakes mistakes, string kind, string task)
    {
        bool isImage = RecipeTableModel.ImageKinds.Contains(kind), wanted = task == TaskNames.ImageClassification;
        if (isImage != wanted)
        {
            string[] kinds = [.. RecipeTableModel.Kinds.Select(k => k.Name).Where(k => RecipeTableModel.ImageKinds.Contains(k) == wanted)];
            mistakes.Contradiction("student.kind", $"\"{kind}\" is a model for {(isImage ? "images" : "texts")}, and the task is `{task}`.", $"Choose {string.Join(", ", kinds)}; or another task.");
        }

        if (kind == "resnet" && tree.Number("student.depth") is { } layers && (layers < 8 || layers % 6 != 2))
            mistakes.Contradiction("student.depth", $"a `resnet` has 6n+2 layers, and {layers} is none of these.", "Give 8, 14, 20, 32, 44, 56 or 110.");
        if (kind == "cnn" && tree.Number("student.depth") > 10)
            mistakes.Contradiction("student.depth", "a `cnn` has 2 to 10 convolutions.", "Give a smaller depth, or choose `resnet`.");
        if (kind == "resnet" && tree.Number("student.channels") % 2 == 1)
            mistakes.Contradiction("student.channels", "a `resnet` has an even number of channels.", "Give an even number.");
    }

    /// <summary>A recipe is kept with its run, sent about and shown: no place for a password.</summary>
    private static void Secrets(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Text("store")?.Contains('@', StringComparison.Ordinal) == true)
            mistakes.Add("KD1808", "store", "the store's address contains a password, but a recipe is kept and shown.", "Write `silo`, and give the address to the silo: its setting `store`, best in the environment (KD_STORE).");
    }

    private static void Training(RecipeTree tree, RecipeMistakes mistakes)
    {
        foreach ((int index, decimal seed) in Repeated(tree.Numbers("training.seeds") ?? []))
            mistakes.Contradiction($"training.seeds[{index}]", $"the seed {seed} is given twice.", "Give each seed once: the same seed gives the same student.");
        foreach ((int index, string part) in Repeated(tree.Texts("training.freeze") ?? []))
            mistakes.Contradiction($"training.freeze[{index}]", $"the part \"{part}\" is given twice.", "Name it once.");
        if (tree.IsGiven("training.freeze") && tree.IsGiven("training.pruning"))
            mistakes.Contradiction("training.pruning", "pruning changes weights in all parts, and `freeze` keeps some as they are.", "Leave one of them out.");
        CheckRows(tree, mistakes);
    }

    private static void Augmentation(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Given["training"]?["augmentation"] is JsonObject && !tree.Unknown("training.augmentation.dropWords") && !tree.Unknown("training.augmentation.maskSpans")
            && (tree.Number("training.augmentation.dropWords") ?? 0) == 0 && (tree.Number("training.augmentation.maskSpans") ?? 0) == 0)
            mistakes.Contradiction("training.augmentation", "it changes nothing.", "Give `dropWords` or `maskSpans` above 0, or leave it out.");
        else if (tree.IsGiven("training.augmentation.spanLength") && !tree.Unknown("training.augmentation.maskSpans") && (tree.Number("training.augmentation.maskSpans") ?? 0) == 0)
            mistakes.Contradiction("training.augmentation.spanLength", "\"spanLength\" has a meaning only with `maskSpans` above 0.", "Leave it out, or give `maskSpans`.");
        IEnumerable<string> losses = (tree.Unknown("objective.terms") ? null : tree.Given["objective"]?["terms"] as JsonArray ?? [])?.Select(t => t?["loss"]?.GetValue<string>()).OfType<string>() ?? [];
        if ((tree.Number("training.augmentation.dropWords") ?? 0) > 0 && losses.FirstOrDefault(l => RecipeTableLosses.Find(l)?.Compares is OutputFamily.Hidden or OutputFamily.Attention) is { } tokens)
            mistakes.Contradiction("training.augmentation.dropWords", $"the loss `{tokens}` compares token with token, and the student would lack those that are left out.", "Use `maskSpans`, which keeps the tokens' places, or another loss.");
    }

    /// <summary>Whether there is a batch.</summary>
    internal static void CheckRows(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Number("data.limit") is { } limit && tree.Number("training.batchSize") is { } batch && limit < batch)
            mistakes.Contradiction("data.limit", $"{limit} training rows do not fill one batch of {batch}.", "Give a larger limit, or a smaller `training.batchSize`.");
    }
}
