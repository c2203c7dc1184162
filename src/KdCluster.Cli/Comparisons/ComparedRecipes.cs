using System.Globalization;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;
using KdCluster.Cli.Runs;
using KdCluster.Client;
using KdCluster.Cluster.Runs;
using KdCluster.Recipes;
using KdCluster.V1;

namespace KdCluster.Cli.Comparisons;

/// <summary>Recipes that can be compared: one task, one list of seeds, names of their own.</summary>
internal sealed class ComparedRecipes
{
    private ComparedRecipes(IReadOnlyList<(string File, Recipe Recipe)> all, int reference) => (All, Reference) = (all, reference);

    /// <summary>Each with its file, in the order of the command line.</summary>
    public IReadOnlyList<(string File, Recipe Recipe)> All { get; }

    /// <summary>Place of the row, among all rows, that the others are compared with.</summary>
    public int Reference { get; }

    /// <summary>Whether the data have test rows; else students are judged on the validation rows.</summary>
    public bool Tested { get; private set; }

    /// <summary>What a reader of the table must know of them.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>Reads them; every mistake in every file is told at once.</summary>
    /// <param name="invocation">Its words are the files.</param>
    /// <param name="seeds">Seeds 1 to this instead of the recipes' own; null: those.</param>
    /// <param name="reference">Name of a row; null: the first.</param>
    /// <exception cref="KdException"><c>KD10xx</c>: a recipe is wrong; <c>KD1704</c>: they cannot be compared, or there is no such row.</exception>
    public static ComparedRecipes Read(Invocation invocation, int? seeds, string? reference)
    {
        string[] changes = seeds is { } count ? [$"training.seeds=[{string.Join(',', Enumerable.Range(1, count))}]"] : [];
        List<KdError> errors = [];
        List<(string File, Recipe Recipe)> all = [];
        foreach (string file in invocation.Words.Select(invocation.Context.At))
        {
            try
            {
                all.Add((file, RecipeSource.Read(file, invocation, changes)));
            }
            catch (KdException e)
            {
                errors.AddRange(e.Errors);
            }
        }

        if (errors.Count == 0)
            errors.AddRange(Contradictions(all));
        string[] rows = [.. all.SelectMany(r => ComparedRow.Names(r.Recipe))];
        int place = reference is null ? 0 : Array.IndexOf(rows, reference);
        if (errors.Count == 0 && place < 0)
            errors.Add(new KdError("KD1704", $"there is no row '{reference}'.", "--reference", $"One of: {string.Join(", ", rows)}."));
        if (errors.Count == 0 && rows.Length == 1)
            errors.Add(new KdError("KD1704", "there is one row alone, and nothing to compare it with.", all[0].File, "Name another recipe, or use kd run start."));
        return errors.Count == 0 ? new ComparedRecipes(all, place) { Notes = [.. Doubts(all)] } : throw new KdException(errors);
    }

    /// <summary>The same with other settings.</summary>
    public ComparedRecipes With(IReadOnlyList<Recipe> recipes) => new([.. All.Zip(recipes, (a, recipe) => (a.File, recipe))], Reference) { Tested = Tested, Notes = Notes };

    /// <summary>Has a silo look at all of them before anything starts.</summary>
    /// <returns>The rows that students are judged on, for people.</returns>
    /// <exception cref="KdException">Everything that keeps their runs from starting, at once; <c>KD1704</c>: they are judged on different numbers of rows.</exception>
    public async Task<string> CheckAsync(KdClient client, Terminal terminal, CancellationToken stop)
    {
        List<KdError> errors = [];
        string first = "";
        for (int i = 0; i < All.Count; i++)
        {
            (string file, Recipe recipe) = All[i];
            RecipeCheck check = await RecipeChecker.AskAsync(client, terminal, recipe, file, stop).ConfigureAwait(false);
            errors.AddRange(check.Errors.Select(e => e.ToError()));
            bool tested = recipe.Data.BuiltIn is not null || recipe.Data.Test is not null;
            SplitProfile? judged = check.Data?.Splits.FirstOrDefault(s => s.Name == (tested ? "test" : "validation"));
            string judgedOn = judged is null ? "rows that the silo does not tell" : string.Create(CultureInfo.InvariantCulture, $"{judged.Rows:N0} {judged.Name} {(recipe.TaskOrDefault() == TaskNames.LanguageModelling ? "document" : "row")}{(judged.Rows == 1 ? "" : "s")}");
            if (i == 0)
            {
                RecipeChecker.Show(terminal, check);
                (first, Tested) = (judgedOn, tested);
            }
            else if (judgedOn != first)
            {
                errors.Add(new KdError("KD1704", $"its students are judged on {judgedOn}, those of {All[0].File} on {first}.", file, "Compare recipes with the same test rows."));
            }
        }

        return errors.Count == 0 ? first : throw new KdException(errors);
    }

    private static IEnumerable<KdError> Contradictions(List<(string File, Recipe Recipe)> all)
    {
        (string firstFile, Recipe first) = all[0];
        foreach ((string file, Recipe recipe) in all.Skip(1))
        {
            if (recipe.TaskOrDefault() != first.TaskOrDefault())
                yield return new KdError("KD1704", $"its task is {recipe.TaskOrDefault()}, that of {firstFile} is {first.TaskOrDefault()}.", file, "Compare recipes of one task.");
            if (!recipe.Training.Seeds.Order().SequenceEqual(first.Training.Seeds.Order()))
                yield return new KdError("KD1704", $"its seeds are not those of {firstFile}.", file, "Give --seeds N: students are compared seed by seed.");
            if ((recipe.Data.Test is null && recipe.Data.BuiltIn is null) != (first.Data.Test is null && first.Data.BuiltIn is null))
                yield return new KdError("KD1704", $"of it and {firstFile} only one has test rows.", file, "Compare recipes with the same test rows.");
        }

        foreach (IGrouping<string, (string File, Recipe Recipe)> same in all.GroupBy(r => r.Recipe.Name).Where(g => g.Count() > 1))
            yield return new KdError("KD1704", $"{same.Count()} recipes are called \"{same.Key}\".", same.Last().File, "Change the `name` of one: rows are called by it.");
    }

    /// <summary>What is not known to be the same is the user's word, and said.</summary>
    private static IEnumerable<string> Doubts(List<(string File, Recipe Recipe)> all)
    {
        Recipe first = all[0].Recipe;
        foreach (Recipe recipe in all.Skip(1).Select(r => r.Recipe))
        {
            if (Judged(recipe) != Judged(first))
                yield return $"The rows that `{recipe.Name}` is judged on are named otherwise than those of `{first.Name}` (file, columns, labels or transformations). The table means something only if both are the same.";
            if (recipe.TaskOrDefault() == TaskNames.LanguageModelling && Tokens(recipe) != Tokens(first))
                yield return $"`{recipe.Name}` may have another tokenizer than `{first.Name}`: it has other teachers, begins with another folder or has another `data.maxLength`. Figures per token of different tokenizers cannot be compared.";
        }
    }

    /// <summary>All that a recipe says of the rows that its students are judged on. Without files for them they are a part of the training rows.</summary>
    private static string Judged(Recipe recipe)
    {
        DataSpec data = recipe.Data;
        DataSpec judged = data with
        {
            Train = data.Test ?? data.Validation ?? data.Train,
            Validation = null,
            Test = null,
            TrainLabels = data.Test is not null ? data.TestLabels : data.Validation is not null ? data.ValidationLabels : data.TrainLabels,
            ValidationLabels = null,
            TestLabels = null,
            Unlabelled = null,
            Augment = null,
            Limit = null,
            Vocabulary = new DataSpec().Vocabulary,
            MaxLength = new DataSpec().MaxLength,
            Transform = data.Transform?.Where(t => (data.Test is null && data.Validation is null) || t.Splits.Contains(data.Test is not null ? "test" : "validation")).ToArray() is { Length: > 0 } steps ? steps : null,
        };
        return RecipeWriter.Write(new Recipe { Name = "judged", Task = recipe.TaskOrDefault(), Data = judged, Student = new ModelSpec { Kind = "any" } });
    }

    private static string Tokens(Recipe recipe) => string.Join('\n', [recipe.Student.Pretrained ?? "", recipe.Data.MaxLength.ToString(CultureInfo.InvariantCulture), .. recipe.Teachers.Select(t => t.Name).Order(StringComparer.Ordinal)]);
}
