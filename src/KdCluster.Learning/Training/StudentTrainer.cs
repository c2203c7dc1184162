using KdCluster.Learning.Torch;
using KdCluster.Learning.Weightings;

namespace KdCluster.Learning.Training;

/// <summary>
/// Trains one model: a student from soft targets and labels, or, without soft targets, any model from labels alone. Runs on the calling thread from
/// start to end, which is a device worker's own: tensor scopes belong to a thread.
/// </summary>
public static class StudentTrainer
{
    private const int MostLosses = 5;

    /// <summary>Trains, or continues what the job's folder holds.</summary>
    /// <param name="job">What to train.</param>
    /// <param name="progress">Receives the progress of the training, on this thread.</param>
    /// <param name="cancellationToken">Stops between steps; the folder then holds a checkpoint of the last step done.</param>
    /// <exception cref="OperationCanceledException">Cancelled. The same job with the same folder continues the training.</exception>
    /// <exception cref="KdException">
    /// <c>KD1208</c>: all resume checkpoints are damaged; <c>KD1209</c>: the loss is not finite; <c>KD1222</c> to <c>KD1224</c>, <c>KD1228</c>: a name in the job is unknown;
    /// <c>KD1225</c>: the folder belongs to another job; <c>KD1301</c>: a teacher has other labels; those of the soft targets' source;
    /// <c>KD1504</c>, <c>KD1506</c>: those of the policy's host.
    /// </exception>
    public static TrainingResult Train(TrainingJob job, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentOutOfRangeException.ThrowIfZero(job.Train.Count, nameof(job));
        ArgumentOutOfRangeException.ThrowIfZero(job.Validation.Count, nameof(job));
        RequireFittingTeachers(job);
        var device = TorchRuntime.ParseDevice(job.Training.Device);
        int losses = 0, began = -1;
        PolicyLostException? lost = null;
        while (true)
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            TrainingRun? run = null;
            try
            {
                run = new TrainingRun(job, device, progress, lost is null ? null : $"{lost.Message}: the student goes back to its last checkpoint, and its policy with it.");
                // A loss counts against the limit as long as no checkpoint lies between it and the one before.
                (losses, began) = (run.Began > began ? 0 : losses, run.Began);
                return run.ToEnd(cancellationToken);
            }
            catch (PolicyLostException e) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException("the training was cancelled, and its last steps went with its policy.", e, cancellationToken);
            }
            catch (PolicyLostException e) when (++losses < MostLosses)
            {
                lost = e;
                TrainingMetrics.PolicyLost();
            }
            catch (PolicyLostException e)
            {
                throw new KdException("KD1506", $"the student's policy was lost {MostLosses} times without a checkpoint in between: {e.Message}.", job.Folder,
                    "See the log of the silo that trains it. Let training.checkpointEvery be smaller, and resume the run.", e);
            }
            finally
            {
                run?.Dispose();
            }
        }
    }

    // Silent mismatch of labels is the commonest mistake there is. Tokenizers may differ: the source asks each teacher with ids of its own, and a teacher refuses others.
    private static void RequireFittingTeachers(TrainingJob job)
    {
        var errors = new List<KdError>();
        foreach (var teacher in job.SoftTargets?.Teachers ?? [])
        {
            if (teacher.LabelSpace != job.Labels.Hash)
                errors.Add(new KdError("KD1301", $"its labels ({string.Join(", ", teacher.Labels)}; hash {teacher.LabelSpace}) are not the student's ({string.Join(", ", job.Labels.Names)}; hash {job.Labels.Hash}).",
                    $"teacher {teacher.Name}", !job.Labels.HasClasses || teacher.Labels.Count == 1 ? "Classes, a score and the next token are learned in different ways: give both the same task." : "Train student and teacher on the same classes in the same order."));
        }

        if (errors.Count > 0)
            throw new KdException(errors);
    }
}
