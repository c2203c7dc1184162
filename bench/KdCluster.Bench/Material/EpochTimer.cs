using KdCluster.Learning.Training;

namespace KdCluster.Bench;

/// <summary>Measures the one epoch of a training: from the first report, which comes before the first batch is asked for, to the validation.</summary>
internal sealed class EpochTimer : IProgress<TrainingProgress>
{
    private CostClock? _started;
    private Cost? _cost;

    /// <summary>Trains a job and gives what its epoch took.</summary>
    public static Cost Run(TrainingJob job, CancellationToken cancellationToken)
    {
        var timer = new EpochTimer();
        StudentTrainer.Train(job, timer, cancellationToken);
        return timer._cost ?? throw new InvalidOperationException("the training ended without a validation");
    }

    public void Report(TrainingProgress value)
    {
        if (_started is not { } clock)
            _started = CostClock.Start();
        else if (value.Phase == TrainingPhase.Validate)
            _cost ??= clock.Read();
    }
}
