namespace KdCluster.Learning.Training;

/// <summary>
/// The numbers of one step t of Adam (arXiv 1412.6980, algorithm 1): m ← β1·m + (1−β1)·g, v ← β2·v + (1−β2)·g²,
/// θ ← θ − η/(1−β1^t) · m/(√v/√(1−β2^t) + ε). Gradients are multiplied by <paramref name="GradientScale"/> first (clipping).
/// </summary>
/// <param name="GradientScale">At most 1.</param>
/// <param name="Coupled">λ of Adam: g ← g + λ·θ.</param>
/// <param name="Shrink">1 − η·λ of AdamW: θ ← θ·shrink.</param>
/// <param name="Beta1">β1.</param>
/// <param name="Beta2">β2.</param>
/// <param name="Rate">η/(1−β1^t).</param>
/// <param name="RootCorrection">√(1−β2^t).</param>
/// <param name="Epsilon">ε.</param>
internal readonly record struct AdamStep(
    float GradientScale, float Coupled, float Shrink, float Beta1, float Beta2, float Rate, float RootCorrection, float Epsilon)
{
    public static AdamStep Of(AdamConstants options, long step, double learningRate, double gradientScale) => new(
        (float)gradientScale,
        options.Decoupled ? 0 : (float)options.WeightDecay,
        options.Decoupled ? (float)(1 - (learningRate * options.WeightDecay)) : 1,
        (float)options.Beta1,
        (float)options.Beta2,
        (float)(learningRate / (1 - Math.Pow(options.Beta1, step))),
        (float)Math.Sqrt(1 - Math.Pow(options.Beta2, step)),
        (float)options.Epsilon);
}
