using KdCluster.Cluster.Weightings;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data.Transforms;
using KdCluster.Learning.Models;
using KdCluster.Learning.Objectives;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Torch;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.SoftTargets;

namespace KdCluster.Cluster.Runs;

/// <summary>
/// One student's trainings, one for each stage. The last stage trains in the student's own folder, the others in folders of theirs below it; a stage that is done says so in its folder, so that a student
/// that is resumed runs through those quickly and goes on where it was.
/// </summary>
internal sealed class StudentStages(RunContext context, StudentOrder order, RunFolder run, RunClaim claim, StudentPolicies policies, TimeProvider time)
{
    private readonly IReadOnlyList<StageSpec> _stages = Variants.Stages(context.Recipe, order.Student.Variant);

    private string Folder => run.Student(order.Student.Variant, order.Student.Seed);

    /// <summary>Trains all stages.</summary>
    /// <param name="relay">Told of progress.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>What came of the last stage; durations and counts are of all of them.</returns>
    public StudentResult Train(StudentRelay relay, CancellationToken cancellationToken)
    {
        List<TrainingResult> results = [];
        for (int i = 0; i < _stages.Count; i++)
        {
            TrainingJob job = Job(i);
            relay.Begin(_stages, i, job.Train.Count);
            results.Add(StudentTrainer.Train(job, relay, cancellationToken));
        }

        if (_stages.Count > 1)
        {
            StageLine[] lines = [.. results.Select((r, i) => StageLine.Of(_stages[i], r))];
            StageLine.Write(run.Stages(order.Student.Variant, order.Student.Seed), lines);
        }

        int weighted = results.FindLastIndex(r => r.Weights is not null);
        return new StudentResult(
            results[^1] with
            {
                Duration = Sum(r => r.Duration),
                Stall = Sum(r => r.Stall),
                StoreHits = results.Sum(r => r.StoreHits),
                TeacherRows = results.Sum(r => r.TeacherRows),
                Weights = weighted < 0 ? null : results[weighted].Weights,
            },
            weighted < 0 ? [] : _stages[weighted].Teachers);

        TimeSpan Sum(Func<TrainingResult, TimeSpan> of) => results.Aggregate(TimeSpan.Zero, (sum, r) => sum + of(r));
    }

    private TrainingJob Job(int index)
    {
        StageSpec stage = _stages[index];
        int average = stage.Teachers.ToList().IndexOf(StageSpec.Average);
        TrainingJob job = new()
        {
            Model = stage.Student,
            Training = stage.Training.Over(context.Recipe.Training),
            Objective = stage.Objective,
            Weighting = stage.Weighting,
            Loop = stage.Loop,
            First = First(index),
            AverageTeacher = average < 0 ? null : average,
            AverageDecay = stage.AverageDecay,
            Select = stage.Select,
            Seed = order.Student.Seed,
            Train = stage.Teachers.Count == 0 ? context.Train.Labelled : context.Train,
            Augmentation = TaskRegistry.Find(context.Recipe.TaskOrDefault()).Augmentation(context.Recipe.Data),
            Validation = context.Validation,
            Encoder = context.Encoder,
            Labels = context.Labels,
            Folder = FolderOf(index),
            Info = Info(index),
            BeforeWrite = claim.Check,
            Time = time,
        };
        ISoftTargetSource? targets = Targets(stage, job);
        return job with
        {
            SoftTargets = targets,
            PolicyHost = targets is null ? null : policies.HostOf(stage.Weighting, stage.Objective, index == _stages.Count - 1 ? null : stage.Name, targets),
            Learned = stage.Weighting.From is null ? null : context.Learned,
        };
    }

    private ISoftTargetSource? Targets(StageSpec stage, TrainingJob job)
    {
        string[] served = [.. stage.ServedTeachers()];
        ISoftTargetSource? source = served.Length == 0 ? null : context.TargetsOf(served);
        return served.Length == stage.Teachers.Count
            ? source
            : new StageTargets(source, [.. stage.Teachers.Select(name => new StageTeacher(
                name, served.Contains(name) ? Array.IndexOf(served, name) : null,
                name.StartsWith(StageSpec.StagePrefix, StringComparison.Ordinal) ? Path.Combine(FolderOf(name[StageSpec.StagePrefix.Length..]), "best") : null))], job);
    }

    private FirstWeights? First(int index)
    {
        string init = _stages[index].Init;
        if (init == "fresh")
        {
            return null;
        }

        string name = init[..init.LastIndexOf('.')];
        return new FirstWeights(name == "previous" ? FolderOf(index - 1) : FolderOf(name), init.EndsWith(".last", StringComparison.Ordinal));
    }

    private string FolderOf(string stage) => FolderOf(_stages.Select(s => s.Name).ToList().IndexOf(stage));

    private string FolderOf(int index) => index == _stages.Count - 1 ? Folder : Path.Combine(Folder, "stages", _stages[index].Name);

    private CheckpointInfo Info(int index)
    {
        Recipe recipe = context.Recipe;
        StageSpec stage = _stages[index];
        string name = $"{recipe.Name}-{order.Student.Variant}";
        string method = stage.Teachers.Count == 0
            ? $"Trained from labels with {(TermsOf(stage) is { } own ? Terms(own) : "cross-entropy")}."
            : $"Distilled from {stage.Teachers.Count} teacher(s) ({string.Join(", ", stage.Teachers)}) with weighting {stage.Weighting.Kind}, {(TermsOf(stage) is { } terms ? $"by {Terms(terms)}" : $"temperature {stage.Objective.Temperature} and alpha {stage.Objective.Alpha}")}.";
        if (stage.Student.Pretrained is { } begun)
        {
            method = $"Began with the weights of {Path.GetFileName(Path.TrimEndingDirectorySeparator(begun))}. {method}";
        }

        return new CheckpointInfo
        {
            Name = index == _stages.Count - 1 ? name : $"{name}-{stage.Name}",
            Data = string.Join("; ", [recipe.Data.BuiltIn ?? Path.GetFileName(recipe.Data.Train), .. recipe.Data.Unlabelled is { } file && stage.Teachers.Count > 0 ? [$"without labels {Path.GetFileName(file)}"] : Array.Empty<string>(), .. (recipe.Data.Transform ?? []).Select(AppliedTransform.Describe)]),
            Method = _stages.Count == 1 ? method : $"Stage {stage.Name}, {index + 1} of {_stages.Count}. {method}",
            RecipeHash = context.RecipeHash,
            Versions = new Dictionary<string, string> { ["kdcluster"] = KdVersion.Text, ["libtorch"] = TorchRuntime.Version },
        };
    }

    private IReadOnlyList<TermSpec>? TermsOf(StageSpec stage) => stage.Objective.Terms ?? (context.Labels.IsScore ? ScoreTerms.Of(stage.Objective, stage.Teachers.Count > 0) : null);

    private static string Terms(IReadOnlyList<TermSpec> terms) => string.Join(" + ", terms.Select(t => FormattableString.Invariant(
        $"{(t.Weight.Kind == ScheduleSpec.Constant ? t.Weight.From : $"({t.Weight.From} to {t.Weight.To})")} · {t.Loss}")));
}

/// <summary>What came of a student.</summary>
/// <param name="Training">The last stage's result; durations and counts are of all stages, weights of the last stage that had teachers.</param>
/// <param name="Teachers">The teachers that those weights are of.</param>
internal sealed record StudentResult(TrainingResult Training, IReadOnlyList<string> Teachers)
{
    /// <summary>Numbers of those teachers as numbers of others: 0 where one has none, empty where none has.</summary>
    /// <param name="numbers">One for each of <see cref="Teachers"/>.</param>
    /// <param name="names">Whose are wanted.</param>
    public double[] For(IReadOnlyList<double>? numbers, IEnumerable<string> names)
    {
        if (numbers is null)
        {
            return [];
        }

        Dictionary<string, double> known = Teachers.Zip(numbers).ToDictionary(p => p.First, p => p.Second);
        string[] wanted = [.. names];
        return wanted.Any(known.ContainsKey) ? [.. wanted.Select(n => known.GetValueOrDefault(n))] : [];
    }
}
