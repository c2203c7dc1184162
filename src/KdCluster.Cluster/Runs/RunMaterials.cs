using KdCluster.Cluster.Storage;
using KdCluster.Cluster.Teachers;
using KdCluster.Cluster.Weightings;
using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Weightings;

namespace KdCluster.Cluster.Runs;

/// <summary>Reads the data and finds the teachers and the store that a recipe names. One thing that is wrong does not hide another: all are reported at once.</summary>
internal sealed class RunMaterials(TeacherConnector connector, Stores stores, RecentData recent, PolicySources policies)
{
    /// <param name="recipe">The effective recipe, paths absolute.</param>
    /// <param name="run">The run, which has deployed the teachers that it trains; null: they are not there yet, and only their data are looked at.</param>
    /// <param name="fresh">Whether data that were read a moment ago are read again.</param>
    /// <param name="keptPolicy">Where the run keeps the policy that it began with; null: it begins now.</param>
    /// <param name="activity">Told what is being done, for people.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// What was found, and in its errors <c>KD11xx</c> data; <c>KD1306</c>, <c>KD1308</c>, <c>KD1321</c>, <c>KD1343</c> teachers; <c>KD1304</c> inputs that do not fit; <c>KD1227</c> losses that do not fit; <c>KD1229</c>, <c>KD1230</c> loops and frozen parts that do not fit; <c>KD1305</c> outputs that
    /// are not served; <c>KD1307</c> label spaces; <c>KD1350</c>, <c>KD1351</c>, <c>KD1202</c>, <c>KD1203</c> the learned policy that the recipe names; <c>KD1402</c>, <c>KD1404</c> the store.
    /// </returns>
    public async Task<RunMaterial> FindAsync(Recipe recipe, string? run, bool fresh, string? keptPolicy, Func<string, Task> activity, CancellationToken cancellationToken)
    {
        List<KdError> errors = [];
        await activity("reading the data");
        TaskData? data = await TryAsync(errors, () => Task.Run(() => recent.Load(recipe, fresh), cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();

        await activity("finding the teachers");
        TeacherRef[] there = [.. recipe.Teachers.Where(t => t.Train is null || run is not null)];
        List<KdError>[] failures = [.. there.Select(_ => new List<KdError>())];
        Task<ITeacherClient?>[] connecting = [.. there.Select((t, i) => TryAsync(failures[i], () => connector.ConnectAsync(t, run, cancellationToken)))];
        try
        {
            ITeacherClient[] teachers = [.. (await Task.WhenAll(connecting)).OfType<ITeacherClient>()];
            errors.AddRange(failures.SelectMany(f => f));
            errors.AddRange(await Task.Run(() => WrongTrainings(recipe, recipe.Teachers.Except(there), data, cancellationToken), cancellationToken));
            errors.AddRange(WrongOutputs(recipe, teachers));
            errors.AddRange(WrongLabels(teachers, data?.Labels));
            Dictionary<string, InputEncoder> encoders = await EncodersAsync(teachers, data, errors, cancellationToken);
            IReadOnlyDictionary<string, InputEncoder> trained = StudentEncoders.OfTrained(recipe, recipe.Teachers.Except(there), data, errors);
            RunModels models = new(recipe, data, encoders.Values, trained);
            errors.AddRange(models.Errors().Except(errors));
            IReadOnlyDictionary<string, IReadOnlyList<string>> outputs = RunOutputs.Of(recipe, [.. teachers.Select(t => t.Description), .. recipe.Teachers.Except(there).Select(models.Describe).OfType<TeacherDescription>()], models, errors);
            ISoftTargetStore? store = await TryAsync(errors, () => Task.FromResult(stores.For(recipe.Store)));
            LearnedPolicy? learned = recipe.Weighting.From is null ? null : await TryAsync(errors, () => policies.FindAsync(recipe.Weighting, keptPolicy, cancellationToken));
            if (learned is not null && there.Length == recipe.Teachers.Count && data is not null && errors.Count == 0)
            {
                errors.AddRange(WrongPolicy(recipe, learned, PolicyGrains.InputsOf([.. teachers.Select(t => t.Description)], teachers.Length > 0 && Variants.Embedded(recipe).Contains(teachers[0].Description.Name), data.Labels.Names, WeightingRegistry.StudentInputs(recipe.Weighting, recipe.Objective))));
            }

            return new RunMaterial { Data = data, Warnings = [.. models.Warnings()], Teachers = teachers, Encoders = encoders, StudentEncoder = models.PretrainedEncoder ?? (encoders.Count == 1 ? encoders.Values.Single() : null), Outputs = outputs, Learned = learned, Store = store, Errors = errors };
        }
        catch
        {
            foreach (IAsyncDisposable teacher in connecting.Where(c => c.IsCompletedSuccessfully).Select(c => c.Result).OfType<IAsyncDisposable>())
            {
                await teacher.DisposeAsync();
            }

            throw;
        }
    }

    private static IEnumerable<KdError> WrongPolicy(Recipe recipe, LearnedPolicy learned, PolicyInputs now)
    {
        IEnumerable<string> differences = learned.Inputs.Differences(now);
        return (learned.Kind == recipe.Weighting.Kind ? differences : differences.Prepend($"it is of the kind {learned.Kind}, and this run's weighting is {recipe.Weighting.Kind}."))
            .Select(d => new KdError("KD1350", d, $"weighting.from: {recipe.Weighting.From}", "Name a policy that was learned with these teachers, in this order, on these classes; or leave `from` out."));
    }

    private static async Task<T?> TryAsync<T>(List<KdError> errors, Func<Task<T>> work)
        where T : class
    {
        try
        {
            return await work();
        }
        catch (KdException e)
        {
            errors.AddRange(e.Errors);
            return null;
        }
    }

    /// <summary>What a training of the run's own teachers would end with, as far as their data show it.</summary>
    private List<KdError> WrongTrainings(Recipe recipe, IEnumerable<TeacherRef> teachers, TaskData? data, CancellationToken cancellationToken)
    {
        List<KdError> errors = [];
        foreach (TeacherRef teacher in teachers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (data is null)
            {
                // What is wrong with the run's own data is told already, and theirs are of the same files.
                break;
            }

            try
            {
                TaskData own = recent.Load(TeacherTraining.RecipeOf(recipe, teacher), fresh: false);
                if (own.Labels.Hash != data.Labels.Hash)
                {
                    errors.Add(OtherLabels(teacher.Name, own.Labels.Names, own.Labels.Hash, "the data", data.Labels.Hash, data.Labels.Names));
                }
            }
            catch (KdException e)
            {
                errors.AddRange(e.Errors.Select(error => error with { Where = $"teacher {teacher.Name}{(error.Where is null ? "" : $", {error.Where}")}" }));
            }
        }

        return errors;
    }

    // The embedding that a weighting of the run sees.
    private static IEnumerable<KdError> WrongOutputs(Recipe recipe, IReadOnlyList<ITeacherClient> teachers)
    {
        IReadOnlySet<string> embedded = Variants.Embedded(recipe);
        return teachers.Select(t => t.Description).Where(t => embedded.Contains(t.Name) && t.Find(OutputNames.Embedding) is null).Select(t => t.NotServed(OutputNames.Embedding));
    }

    /// <summary>Against the data's, or where these cannot be read, against the first teacher's.</summary>
    private static IEnumerable<KdError> WrongLabels(IReadOnlyList<ITeacherClient> teachers, LabelSpace? labels)
    {
        if (teachers.Count == 0)
        {
            return [];
        }

        TeacherDescription first = teachers[0].Description;
        (string owner, string hash, IReadOnlyList<string> names) = labels is null ? ($"teacher {first.Name}", first.LabelSpace, first.Labels) : ("the data", labels.Hash, labels.Names);
        return teachers.Where(t => t.Description.LabelSpace != hash).Select(t => OtherLabels(t.Description.Name, t.Description.Labels, t.Description.LabelSpace, owner, hash, names));
    }

    private static KdError OtherLabels(string teacher, IReadOnlyList<string> labels, string labelsHash, string owner, string hash, IReadOnlyList<string> names) => new(
        "KD1307", $"its label space {Show(labels)} ({labelsHash[..12]}) is not that of {owner}, {Show(names)} ({hash[..12]}).",
        $"teacher {teacher}", names.Count == 1 || labels.Count == 1 ? "Classes, a score and the next token are learned in different ways: name a teacher of the run's task." : "Train the teacher on the same classes, or give the order of the labels in the recipe (data.labels).");

    private static string Show(IReadOnlyList<string> names) => $"[{string.Join(", ", names.Take(4))}{(names.Count > 4 ? $", … {names.Count} in all" : "")}]";

    private static async Task<Dictionary<string, InputEncoder>> EncodersAsync(IReadOnlyList<ITeacherClient> teachers, TaskData? data, List<KdError> errors, CancellationToken cancellationToken)
    {
        Dictionary<string, InputEncoder> encoders = [];
        foreach (IGrouping<string, ITeacherClient> same in teachers.GroupBy(t => t.Description.Tokenizer))
        {
            if (await TryAsync(errors, () => EncoderAsync(same.First(), cancellationToken)) is not { } encoder)
            {
                continue;
            }

            encoders[encoder.Hash] = encoder;
            if (data?.Misfit(encoder) is { } misfit)
            {
                errors.AddRange(same.Select(t => new KdError("KD1304", $"{misfit}.", $"teacher {t.Description.Name}", "Name a teacher of such data, or give the recipe the data and the task of the teacher.")));
            }
        }

        return encoders;
    }

    private static async Task<InputEncoder> EncoderAsync(ITeacherClient teacher, CancellationToken cancellationToken)
    {
        TeacherDescription described = teacher.Description;
        InputEncoder encoder = InputEncoder.FromBytes(await teacher.TokenizerAsync(cancellationToken), $"teacher {described.Name}");
        return encoder.Hash == described.Tokenizer ? encoder : throw new KdException(
            "KD1304", $"it serves tokenizer {encoder.Hash[..12]} but names {described.Tokenizer[..12]}.", $"teacher {described.Name}", "Deploy it again from a complete checkpoint.");
    }
}
