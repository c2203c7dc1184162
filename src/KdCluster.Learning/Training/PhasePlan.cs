namespace KdCluster.Learning.Training;

/// <summary>
/// Lays the phases out over ticks, one batch each: the student's warm-up, the policy's warm-up, the rest. The policy's warm-up is added to the student's
/// steps and not taken from them, so that every weighting gives the student as many. It sees batches of epochs beyond the last.
/// </summary>
internal sealed class PhasePlan
{
    private readonly BatchPlan _batches;
    private readonly int _epochs;
    private readonly int _studentWarmup;
    private readonly int _policyWarmup;

    public PhasePlan(BatchPlan batches, int epochs, int studentWarmup, int policyWarmup)
    {
        _batches = batches;
        _epochs = epochs;
        StudentSteps = epochs * batches.StepsPerEpoch;
        _studentWarmup = Math.Min(studentWarmup, StudentSteps);
        _policyWarmup = _studentWarmup < StudentSteps ? policyWarmup : 0;
    }

    public int StudentSteps { get; }

    public int Ticks => StudentSteps + _policyWarmup;

    public int StepsPerEpoch => _batches.StepsPerEpoch;

    public TrainingPhase Phase(int tick) => tick >= Ticks ? TrainingPhase.Done
        : tick < _studentWarmup ? TrainingPhase.StudentWarmup
        : tick < _studentWarmup + _policyWarmup ? TrainingPhase.PolicyWarmup
        : TrainingPhase.Train;

    /// <summary>Student steps done before a tick.</summary>
    public int StudentStep(int tick) => tick < _studentWarmup ? tick : Math.Max(tick - _policyWarmup, _studentWarmup);

    /// <summary>Epoch of a tick, counted from 0.</summary>
    public int Epoch(int tick) => Math.Min(StudentStep(tick) / StepsPerEpoch, _epochs - 1);

    public int[] Rows(int tick)
    {
        int step = Phase(tick) == TrainingPhase.PolicyWarmup ? StudentSteps + tick - _studentWarmup : StudentStep(tick);
        return _batches.Rows(step / StepsPerEpoch, step % StepsPerEpoch);
    }

    /// <summary>The rows of all ticks from one on.</summary>
    public IEnumerable<int[]> From(int tick)
    {
        for (; tick < Ticks; tick++)
            yield return Rows(tick);
    }
}
