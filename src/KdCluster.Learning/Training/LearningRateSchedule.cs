using KdCluster.Recipes;

namespace KdCluster.Learning.Training;

/// <summary>
/// The learning rate of a step: a pure function of its number. With W warm-up steps of N: peak·(step+1)/(W+1) while step &lt; W, then
/// with u = (step−W)/(N−W): peak·(1−u) (<c>linear</c>), peak·(1+cos πu)/2 (<c>cosine</c>) or peak (<c>none</c>).
/// </summary>
public sealed class LearningRateSchedule
{
    private readonly double _peak;
    private readonly int _warmup;
    private readonly int _steps;
    private readonly string _decay;

    /// <summary>Reads peak, warm-up and decay from a spec.</summary>
    /// <param name="spec">The optimisation.</param>
    /// <param name="steps">N: optimizer steps in the whole training.</param>
    /// <exception cref="KdException"><c>KD1223</c>: the decay has no such name.</exception>
    public LearningRateSchedule(TrainingSpec spec, int steps)
    {
        if (spec.Decay is not ("linear" or "cosine" or "none"))
            throw new KdException("KD1223", $"there is no decay '{spec.Decay}'.", "training.decay", "Use linear, cosine or none.");
        _peak = spec.LearningRate;
        _steps = steps;
        _warmup = (int)Math.Round(Math.Clamp(spec.Warmup, 0, 1) * steps);
        _decay = spec.Decay;
    }

    /// <summary>The learning rate of step <paramref name="step"/>, counted from 0.</summary>
    public double At(int step)
    {
        if (step < _warmup)
            return _peak * (step + 1) / (_warmup + 1);
        double done = (double)(step - _warmup) / Math.Max(_steps - _warmup, 1);
        return _decay switch
        {
            "linear" => _peak * Math.Max(1 - done, 0),
            "cosine" => _peak * (1 + Math.Cos(Math.PI * Math.Min(done, 1))) / 2,
            _ => _peak,
        };
    }
}
