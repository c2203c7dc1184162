using KdCluster.Learning.Data;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Runs;

/// <summary>Makes of what a recipe names what its students train with.</summary>
internal sealed class RunContextFactory(KdClusterOptions options, RunMaterials materials, TimeProvider time)
{
    private const int JudgePrefetch = 4;

    /// <param name="recipe">The effective recipe, paths absolute.</param>
    /// <param name="run">The run that it is for, which continues with the data and teachers that it began with alone; null: no run.</param>
    /// <param name="activity">Told what is being done, for people.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KdException">Everything at once that <see cref="RunMaterials.FindAsync"/> tells; <c>KD1225</c>: the run began with other data or teachers.</exception>
    public async Task<RunContext> CreateAsync(Recipe recipe, string? run, Func<string, Task> activity, CancellationToken cancellationToken)
    {
        RunFolder? folder = run is null ? null : RunFolder.Of(options, run);
        bool goesOn = folder is not null && File.Exists(folder.Inputs);
        RunMaterial material = await materials.FindAsync(recipe, fresh: goesOn, goesOn ? folder!.Policy : null, activity, cancellationToken);
        try
        {
            if (material.Errors.Count > 0)
            {
                throw new KdException(material.Errors);
            }

            await activity("encoding the data");
            TextData data = material.Data!;
            Tokenizer tokenizer = material.Tokenizer ?? Tokenizer.Build(data.Train.Rows, recipe.Data.Vocabulary, recipe.Data.MaxLength);
            if (folder is not null)
            {
                if (!goesOn && material.Learned is { } learned)
                {
                    // A copy: the run that it is of may go on, and the file may be written anew.
                    AtomicFile.Write(folder.Policy, learned.Write);
                }

                RunInputs.Of(recipe, data, material.Teachers, tokenizer, material.Learned?.Fingerprint).Hold(folder, recipe);
            }

            cancellationToken.ThrowIfCancellationRequested();
            return Context(recipe, material, data, tokenizer);
        }
        catch
        {
            await material.DisposeAsync();
            throw;
        }
    }

    private RunContext Context(Recipe recipe, RunMaterial material, TextData data, Tokenizer tokenizer)
    {
        EncodedSplit train = EncodedSplit.Encode(data.Train, tokenizer);
        EncodedSplit validation = EncodedSplit.Encode(data.Validation, tokenizer);
        EncodedSplit? test = data.Test is null ? null : EncodedSplit.Encode(data.Test, tokenizer);
        IReadOnlySet<string> embedded = Variants.Embedded(recipe);
        int[] everyone = [.. Enumerable.Range(0, material.Teachers.Count)];
        return new RunContext
        {
            Recipe = recipe,
            RecipeHash = RecipeHash.Of(recipe),
            Labels = data.Labels,
            Tokenizer = tokenizer,
            Train = train,
            Validation = validation,
            Test = test,
            Teachers = material.Teachers,
            Learned = material.Learned,
            Store = material.Store!,
            Profile = DataProfile.Of(data, tokenizer.MaxLength),
            TrainTargets = everyone.Length == 0 ? null : TrainSource(everyone),
            MakeTrainTargets = TrainSource,
            TestTargets = everyone.Length == 0 ? null : Source(data.Test ?? data.Validation, test ?? validation, everyone, null, JudgePrefetch),
        };

        // The first of them says what an instance is, where a weighting wants to know.
        SoftTargetSource TrainSource(int[] teachers) =>
            Source(data.Train, train, teachers, embedded.Contains(material.Teachers[teachers[0]].Description.Name) ? 0 : null, recipe.Training.Prefetch);

        SoftTargetSource Source(TextSplit split, EncodedSplit encoded, int[] numbers, int? embeddingTeacher, int prefetch)
        {
            ITeacherClient[] teachers = [.. numbers.Select(n => material.Teachers[n])];
            // Each teacher is asked with ids of its own tokenizer.
            Dictionary<string, int[][]> tokens = material.Tokenizers.ToDictionary(
                t => t.Key, t => t.Key == tokenizer.Hash ? encoded.Tokens : EncodedSplit.Encode(split, t.Value).Tokens);
            return new SoftTargetSource(material.Store!, teachers, [.. teachers.Select(t => tokens[t.Description.Tokenizer])], embeddingTeacher, prefetch, time);
        }
    }
}
