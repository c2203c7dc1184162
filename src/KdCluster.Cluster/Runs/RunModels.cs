using KdCluster.Learning.Augmentation;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Loops.Bilevel;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Text;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Runs;

/// <summary>What a run's models are like before any is trained: enough to know whether they can be made, and what their layers say.</summary>
/// <param name="recipe">The effective recipe.</param>
/// <param name="data">Null where it cannot be read.</param>
/// <param name="encoders">The different encoders of the teachers that were found.</param>
/// <param name="trained">The encoders of teachers that the run will train, by name, where they are known.</param>
internal sealed class RunModels(Recipe recipe, TaskData? data, IReadOnlyCollection<InputEncoder> encoders, IReadOnlyDictionary<string, InputEncoder> trained)
{
    private readonly Lazy<InputEncoder?> _encoder = new(() => data is null ? null : StudentEncoders.Of(recipe, data, [.. encoders.Concat(trained.Values).DistinctBy(e => e.Hash)]));
    private readonly Dictionary<ModelSpec, (IReadOnlyList<(string Name, OutputShape Shape)> Outputs, IReadOnlyList<string> Parts, IReadOnlyList<string> Drawn)?> _made = [];

    /// <summary>Models that cannot be made of the recipe's sizes and these data: <c>KD1205</c>, with what they are for; <c>KD1230</c> parts to freeze that they have not, or that the folder that they begin with has not whole; <c>KD1231</c> texts that cannot be masked; <c>KD1229</c> classes that data cannot be made for.</summary>
    public IEnumerable<KdError> Errors()
    {
        IEnumerable<(string Where, ModelSpec Spec)> models =
        [
            .. Variants.Of(recipe).SelectMany(v => Variants.Stages(recipe, v)).Select(s => ("student", s.Student)),
            .. recipe.Teachers.Where(t => t.Train is not null).Select(t => ($"teacher {t.Name}", t.Train!.Model)),
        ];
        List<KdError> errors = [];
        foreach ((string where, ModelSpec spec) in models.Distinct())
        {
            try
            {
                Outputs(spec);
            }
            catch (KdException e)
            {
                errors.AddRange(e.Errors.Select(x => x with { Where = x.Where is null ? where : $"{where}, {x.Where}" }));
            }
        }

        if (BeginsWithFolder)
        {
            try
            {
                _ = _encoder.Value;
            }
            catch (KdException e)
            {
                errors.AddRange(e.Errors);
            }
        }

        IEnumerable<(string Where, ModelSpec Spec, IReadOnlyList<string>? Parts, bool Fresh)> frozen =
        [
            .. Variants.Of(recipe).SelectMany(v => Variants.Stages(recipe, v)).Select(s => ("", s.Student, s.Training.Freeze, s.Init == "fresh")),
            .. recipe.Teachers.Where(t => t.Train is not null).Select(t => ($"teacher {t.Name}, ", t.Train!.Model, t.Train.Training.Over(recipe.Training).Freeze, true)),
        ];
        foreach ((string where, ModelSpec spec, IReadOnlyList<string>? parts, bool fresh) in frozen.Where(f => f.Parts is not null))
        {
            try
            {
                errors.AddRange(Make(spec) is { } made && FrozenParts.Fault(parts!, made.Parts, fresh ? made.Drawn : []) is { } fault ? [fault with { Where = where + fault.Where }] : []);
            }
            catch (KdException)
            {
                // Told above.
            }
        }

        AugmentationSpec[] masked = [.. Variants.Of(recipe).SelectMany(v => Variants.Stages(recipe, v)).Select(s => s.Training.Augmentation).OfType<AugmentationSpec>().Where(a => a.MaskSpans > 0)];
        // Else the students' tokenizer is one of words, which masks.
        if (masked.Length > 0 && (encoders.Count == 1 || RecipeModels.PretrainedOf(recipe).Any()))
        {
            try
            {
                errors.AddRange(_encoder.Value is Tokenizer tokenizer && TextAugmentation.Fault(masked[0], tokenizer) is { } fault ? [fault] : []);
            }
            catch (KdException)
            {
                // Told above.
            }
        }

        if (data is not null && Loops().ToArray() is { Length: > 0 } loops)
        {
            IReadOnlyList<int> rows = data.TrainRowsOfClasses();
            errors.AddRange(loops.SelectMany(l => MadeFaults.Of(l, data.Labels.Names, rows)));
        }

        return errors.DistinctBy(e => e.ToString());
    }

    /// <summary>What nothing forbids and is likely a mistake, one sentence each.</summary>
    public IEnumerable<string> Warnings() => data is null ? [] : Loops().Select(l => MadeFaults.Warning(l, data.Labels.Names)).Concat(Begun().Select(f => HeadWarning(f, data.Labels))).OfType<string>().Distinct();

    /// <summary>What reads the texts or images of students that begin with a folder, whatever the teachers read with; null: they begin with none, or it cannot be read.</summary>
    public InputEncoder? PretrainedEncoder
    {
        get
        {
            try
            {
                return BeginsWithFolder ? _encoder.Value : null;
            }
            catch (KdException)
            {
                return null;   // told by Errors
            }
        }
    }

    /// <summary>Rows that a student with teachers learns from, those without labels too; null where the data cannot be read.</summary>
    public int? TrainingRows => data?.TransferCount;

    /// <summary>What a model says, by name; null where that hangs on data that cannot be read.</summary>
    /// <exception cref="KdException"><c>KD1201</c>, <c>KD1205</c>: no such model can be made.</exception>
    public IReadOnlyList<(string Name, OutputShape Shape)>? Outputs(ModelSpec spec) => Make(spec)?.Outputs;

    private bool BeginsWithFolder => RecipeModels.PretrainedOf(recipe).Any(p => !p.Key.StartsWith("teachers", StringComparison.Ordinal));

    // Those whose weights a model begins with.
    private IEnumerable<PretrainedFolder> Begun() =>
    [
        .. Variants.Of(recipe).SelectMany(v => Variants.Stages(recipe, v)).Where(s => s.Init == "fresh").Select(s => PretrainedFolder.Of(s.Student)).OfType<PretrainedFolder>(),
        .. recipe.Teachers.Where(t => t.Train is not null).Select(t => PretrainedFolder.Of(t.Train!.Model)).OfType<PretrainedFolder>(),
    ];

    private static string? HeadWarning(PretrainedFolder folder, LabelSpace labels)
    {
        try
        {
            return folder.Warning(labels);
        }
        catch (KdException)
        {
            return null;   // told by Errors
        }
    }

    private IEnumerable<LoopSpec> Loops() => Variants.Of(recipe).SelectMany(v => Variants.Stages(recipe, v)).Select(s => s.Loop).OfType<LoopSpec>();

    private (IReadOnlyList<(string Name, OutputShape Shape)> Outputs, IReadOnlyList<string> Parts, IReadOnlyList<string> Drawn)? Make(ModelSpec spec)
    {
        if (!_made.TryGetValue(spec, out (IReadOnlyList<(string Name, OutputShape Shape)> Outputs, IReadOnlyList<string> Parts, IReadOnlyList<string> Drawn)? made))
        {
            made = null;
            if (PretrainedFolder.Of(spec) is { } pretrained)
            {
                return _made[spec] = data is null ? null : pretrained.Try(spec, data.Labels);
            }

            // Of classified texts the outputs do not hang on the data, and a tokenizer is not made for them.
            ModelShape? shape = ModelFactory.TakesTexts(spec.Kind) && !DecoderSettings.Kinds.Contains(spec.Kind) ? new ModelShape(spec, Vocabulary: 3, Classes: data?.Labels.Count ?? 2, MaxLength: 2) : _encoder.Value?.ShapeOf(spec, data!.Labels.Count);
            if (shape is not null)
            {
                using Model model = ModelFactory.Create(shape, seed: 0);
                model.Random?.Dispose();
                made = (model.Outputs, model.Parts, []);
            }

            _made[spec] = made;
        }

        return made;
    }

    /// <summary>A teacher that the run will train, as far as its layers say; null where that cannot be known, or no such model can be made.</summary>
    public TeacherDescription? Describe(TeacherRef teacher)
    {
        try
        {
            return data is null || Outputs(teacher.Train!.Model) is not { } outputs ? null : new TeacherDescription(
                teacher.Name, teacher.Train.Model.Kind, 0, data.Labels.Names, data.Labels.Hash, trained.GetValueOrDefault(teacher.Name)?.Hash ?? "", recipe.Data.MaxLength,
                [.. outputs.Select(o => new TeacherOutput("", o.Name, ElementType.Float16, o.Shape, 0, data.Labels.Hash))], double.NaN);
        }
        catch (KdException)
        {
            return null;   // told by Errors
        }
    }
}
