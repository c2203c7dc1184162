using KdCluster.Cluster.Storage;
using KdCluster.Cluster.Teachers;
using KdCluster.Learning.Data;
using KdCluster.Learning.Text;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Runs;

/// <summary>Reads the data, finds the teachers, and checks that they fit, before anything is trained.</summary>
internal sealed class RunContextFactory(KdClusterOptions options, TeacherConnector connector, Stores stores, TimeProvider time)
{
    private const int JudgePrefetch = 4;

    /// <param name="recipe">The effective recipe, paths absolute.</param>
    /// <param name="activity">Told what is being done, for people.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KdException"><c>KD11xx</c> data; <c>KD1306</c>, <c>KD1308</c> teachers; <c>KD1307</c> label spaces, all that do not fit at once.</exception>
    public async Task<RunContext> CreateAsync(Recipe recipe, Func<string, Task> activity, CancellationToken cancellationToken)
    {
        await activity("reading the data");
        TextData data = TextDataLoader.Load(recipe.Data, options.Home, Path.Combine(options.Home, "cache"));
        cancellationToken.ThrowIfCancellationRequested();

        await activity("finding the teachers");
        List<ITeacherClient> teachers = [];
        foreach (TeacherRef teacher in recipe.Teachers)
        {
            teachers.Add(await connector.ConnectAsync(teacher, cancellationToken));
        }

        CheckLabels(teachers, data.Labels);
        await activity("encoding the data");
        Dictionary<string, Tokenizer> tokenizers = await TokenizersAsync(teachers, cancellationToken);
        Tokenizer student = tokenizers.Count == 1
            ? tokenizers.Values.Single()
            : Tokenizer.Build(data.Train.Rows, recipe.Data.Vocabulary, recipe.Data.MaxLength);

        EncodedSplit train = EncodedSplit.Encode(data.Train, student);
        EncodedSplit validation = EncodedSplit.Encode(data.Validation, student);
        EncodedSplit? test = data.Test is null ? null : EncodedSplit.Encode(data.Test, student);
        ISoftTargetStore store = stores.For(recipe.Store);
        cancellationToken.ThrowIfCancellationRequested();
        return new RunContext
        {
            Recipe = recipe,
            RecipeHash = RecipeHash.Of(recipe),
            Labels = data.Labels,
            Tokenizer = student,
            Train = train,
            Validation = validation,
            Test = test,
            Teachers = teachers,
            Store = store,
            Profile = DataProfile.Of(data, student.MaxLength),
            TrainTargets = Source(data.Train, NeedsEmbedding(recipe) ? 0 : null, recipe.Training.Prefetch),
            TestTargets = Source(data.Test ?? data.Validation, null, JudgePrefetch),
        };

        SoftTargetSource? Source(TextSplit split, int? embeddingTeacher, int prefetch)
        {
            if (teachers.Count == 0)
            {
                return null;
            }

            Dictionary<string, int[][]> inputs = tokenizers.ToDictionary(
                t => t.Key, t => ReferenceEquals(t.Value, student) && ReferenceEquals(split, data.Train) ? train.Tokens : EncodedSplit.Encode(split, t.Value).Tokens);
            return new SoftTargetSource(store, teachers, [.. teachers.Select(t => inputs[t.Description.Tokenizer])], embeddingTeacher, prefetch, time);
        }
    }

    private static bool NeedsEmbedding(Recipe recipe) => Variants.Of(recipe).Any(v => v != Variants.Alone && WeightingRegistry.NeedsEmbedding(v));

    private static void CheckLabels(IReadOnlyList<ITeacherClient> teachers, LabelSpace labels)
    {
        KdError[] errors = [.. teachers.Where(t => t.Description.LabelSpace != labels.Hash).Select(t => new KdError(
            "KD1307",
            $"its label space {Show(t.Description.Labels)} ({t.Description.LabelSpace[..12]}) is not the data's {Show(labels.Names)} ({labels.Hash[..12]}).",
            $"teacher {t.Description.Name}", "Train the teacher on the same classes, or give the order of the labels in the recipe (data.labels)."))];
        if (errors.Length > 0)
        {
            throw new KdException(errors);
        }
    }

    private static string Show(IReadOnlyList<string> names) => $"[{string.Join(", ", names.Take(4))}{(names.Count > 4 ? $", … {names.Count} in all" : "")}]";

    private static async Task<Dictionary<string, Tokenizer>> TokenizersAsync(IReadOnlyList<ITeacherClient> teachers, CancellationToken cancellationToken)
    {
        Dictionary<string, Tokenizer> tokenizers = [];
        foreach (ITeacherClient teacher in teachers)
        {
            string hash = teacher.Description.Tokenizer;
            if (tokenizers.ContainsKey(hash))
            {
                continue;
            }

            Tokenizer tokenizer = Tokenizer.FromBytes(await teacher.TokenizerAsync(cancellationToken), $"teacher {teacher.Description.Name}");
            if (tokenizer.Hash != hash)
            {
                throw new KdException(
                    "KD1304", $"it serves tokenizer {tokenizer.Hash[..12]} but names {hash[..12]}.", $"teacher {teacher.Description.Name}", "Deploy it again from a whole checkpoint.");
            }

            tokenizers[hash] = tokenizer;
        }

        return tokenizers;
    }
}
