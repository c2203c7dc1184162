using KdCluster.Learning.Torch;

namespace KdCluster.Learning.Training;

/// <summary>
/// Trains one model: a student from soft targets and labels, or, without soft targets, any model from labels alone. Runs on the calling thread from
/// start to end, which is a device worker's own: tensor scopes belong to a thread.
/// </summary>
public static class StudentTrainer
{
    /// <summary>Trains, or continues what the job's folder holds.</summary>
    /// <param name="job">What to train.</param>
    /// <param name="progress">Receives the progress of the training, on this thread.</param>
    /// <param name="cancellationToken">Stops between steps; the folder then holds a checkpoint of the last step done.</param>
    /// <exception cref="OperationCanceledException">Cancelled. The same job with the same folder continues the training.</exception>
    /// <exception cref="KdException">
    /// <c>KD1208</c>: all resume checkpoints are damaged; <c>KD1209</c>: the loss is not finite; <c>KD1222</c> to <c>KD1224</c>: a name in the job is unknown;
    /// <c>KD1225</c>: the folder belongs to another job; <c>KD1301</c>: a teacher has other labels; those of the soft targets' source.
    /// </exception>
    public static TrainingResult Train(TrainingJob job, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentOutOfRangeException.ThrowIfZero(job.Train.Count, nameof(job));
        ArgumentOutOfRangeException.ThrowIfZero(job.Validation.Count, nameof(job));
        RequireFittingTeachers(job);
        var device = TorchRuntime.ParseDevice(job.Training.Device);
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var run = new TrainingRun(job, device, progress);
        return run.ToEnd(cancellationToken);
    }

    // Silent mismatch of labels is the commonest mistake there is. Tokenizers may differ: the source asks each teacher with ids of its own, and a teacher refuses others.
    private static void RequireFittingTeachers(TrainingJob job)
    {
        var errors = new List<KdError>();
        foreach (var teacher in job.SoftTargets?.Teachers ?? [])
        {
            if (teacher.LabelSpace != job.Labels.Hash)
                errors.Add(new KdError("KD1301", $"its labels ({string.Join(", ", teacher.Labels)}; hash {teacher.LabelSpace}) are not the student's ({string.Join(", ", job.Labels.Names)}; hash {job.Labels.Hash}).",
                    $"teacher {teacher.Name}", "Train student and teacher on the same classes in the same order."));
        }

        if (errors.Count > 0)
            throw new KdException(errors);
    }
}
