using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Learning.Schedules;
using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using KdCluster.SoftTargets;

namespace KdCluster.Learning.Loops;

/// <summary>
/// What one tick of a training does, with all that a tick changes. Position, validation, checkpoints, cancellation and metrics are the trainer's. What a tick does depends on this state, its arguments and
/// (seed, tick) alone. To add one: a class, a line in <see cref="LoopRegistry"/> and one in <see cref="Recipes.RecipeTableLoop"/>.
/// </summary>
internal interface ILoop : IDisposable
{
    /// <summary>The student: what is validated, and kept when it is the best.</summary>
    Model Model { get; }

    /// <summary>How the teachers are mixed; null without teachers.</summary>
    IWeighting? Weighting { get; }

    /// <summary>The weights that each row was given last, warm-up of the student excluded; null without teachers.</summary>
    InstanceWeights? Instances { get; }

    /// <summary>Steps of the optimizer.</summary>
    long Steps { get; }

    /// <summary>Learns from one batch.</summary>
    StepOutcome Step(in LoopTick tick);

    /// <summary>Brings <see cref="Model"/> to what is to be validated, where the steps do not.</summary>
    void BeforeValidation();

    /// <summary>Writes what it gives beside the student, after a validation that was the best so far. The folder is the training's; a file that is there is replaced whole.</summary>
    void WriteBest(string folder);

    /// <summary>All that its next ticks depend on, bit for bit.</summary>
    /// <exception cref="InvalidDataException">A number is not finite.</exception>
    IReadOnlyList<SafeTensor> Save();

    /// <summary>Goes back to what <see cref="Save"/> gave.</summary>
    /// <param name="arrays">By name.</param>
    /// <param name="steps"><see cref="Steps"/> of then.</param>
    /// <exception cref="InvalidDataException">An array is missing or of another size.</exception>
    void Load(IReadOnlyDictionary<string, byte[]> arrays, long steps);
}

/// <summary>One tick.</summary>
/// <param name="Tick">Its number, from 0.</param>
/// <param name="Phase">Says who learns.</param>
/// <param name="Rows">Row numbers.</param>
/// <param name="Soft">The teachers' answers; null without teachers.</param>
/// <param name="LearningRate">Of the student.</param>
/// <param name="Accuracy">Newest validation accuracy.</param>
/// <param name="Read">Whether loss and norm are wanted: reading waits for the device.</param>
/// <param name="At">The student's step, for what changes with it.</param>
internal readonly record struct LoopTick(int Tick, TrainingPhase Phase, int[] Rows, SoftTargetBatch? Soft, double LearningRate, double Accuracy, bool Read, StepPosition At = default);
