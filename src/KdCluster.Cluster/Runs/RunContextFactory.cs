using System.Collections.Concurrent;
using KdCluster.Instances;
using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
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
        RunMaterial material = await materials.FindAsync(recipe, run, fresh: goesOn, goesOn ? folder!.Policy : null, activity, cancellationToken);
        try
        {
            if (material.Errors.Count > 0)
            {
                throw new KdException(material.Errors);
            }

            await activity("encoding the data");
            TaskData data = material.Data!;
            InputEncoder encoder = StudentEncoders.Of(recipe, data, [.. material.Encoders.Values]);
            if (folder is not null)
            {
                if (!goesOn && material.Learned is { } learned)
                {
                    // A copy: the run that it is of may go on, and the file may be written anew.
                    AtomicFile.Write(folder.Policy, learned.Write);
                }

                RunInputs.Of(recipe, data, material.Teachers, encoder, material.Learned?.Fingerprint).Hold(folder, recipe);
            }

            cancellationToken.ThrowIfCancellationRequested();
            return Context(recipe, material, data, encoder);
        }
        catch
        {
            await material.DisposeAsync();
            throw;
        }
    }

    private RunContext Context(Recipe recipe, RunMaterial material, TaskData data, InputEncoder encoder)
    {
        EncodedSplit train = data.EncodeTransfer(encoder);
        EncodedSplit validation = data.Encode(DataSplit.Validation, encoder);
        DataSplit judge = data.Count(DataSplit.Test) > 0 ? DataSplit.Test : DataSplit.Validation;
        EncodedSplit? test = judge == DataSplit.Test ? data.Encode(judge, encoder) : null;
        IReadOnlySet<string> embedded = Variants.Embedded(recipe);
        ConcurrentDictionary<(DataSplit Split, string Encoder), Lazy<IReadOnlyList<InstanceView>>> foreign = [];
        int[] everyone = [.. Enumerable.Range(0, material.Teachers.Count)];
        return new RunContext
        {
            Recipe = recipe,
            RecipeHash = RecipeHash.Of(recipe),
            Labels = data.Labels,
            Encoder = encoder,
            Train = train,
            Validation = validation,
            Test = test,
            Teachers = material.Teachers,
            Learned = material.Learned,
            Store = material.Store!,
            Profile = material.Warned(data.Profile(encoder)),
            TrainTargets = everyone.Length == 0 ? null : TrainSource(everyone),
            MakeTrainTargets = TrainSource,
            TestTargets = everyone.Length == 0 ? null : Source(judge, test ?? validation, everyone, null, JudgePrefetch),
        };

        // The first of them says what an instance is, where a weighting wants to know.
        SoftTargetSource TrainSource(int[] teachers) =>
            Source(DataSplit.Train, train, teachers, embedded.Contains(material.Teachers[teachers[0]].Description.Name) ? 0 : null, recipe.Training.Prefetch, material.Outputs);

        // Once for each encoder, however many stages and variants ask its teachers.
        IReadOnlyList<InstanceView> Views(DataSplit split, EncodedSplit own, string teachers) => teachers == encoder.Hash ? own.Views
            : foreign.GetOrAdd((split, teachers), key => new(() => (split == DataSplit.Train ? data.EncodeTransfer(material.Encoders[teachers]) : data.Encode(split, material.Encoders[teachers])).Views)).Value;

        SoftTargetSource Source(DataSplit split, EncodedSplit encoded, int[] numbers, int? embeddingTeacher, int prefetch, IReadOnlyDictionary<string, IReadOnlyList<string>>? outputs = null)
        {
            ITeacherClient[] teachers = [.. numbers.Select(n => material.Teachers[n])];
            // Each teacher is asked with views of its own encoder.
            return new SoftTargetSource(material.Store!, teachers, [.. teachers.Select(t => Views(split, encoded, t.Description.Tokenizer))], embeddingTeacher, prefetch, time,
                outputs: outputs is null ? null : [.. teachers.Select(t => outputs[t.Description.Name])]);
        }
    }
}
