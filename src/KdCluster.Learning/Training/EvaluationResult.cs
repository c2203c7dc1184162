namespace KdCluster.Learning.Training;

/// <summary>How well a model does on labelled rows.</summary>
/// <param name="Count">Rows.</param>
/// <param name="Accuracy">Share of rows whose most probable class is the label, 0 to 1.</param>
/// <param name="MacroF1">Mean F1 of the classes that occur as label or prediction, 0 to 1; a class never hit counts 0.</param>
/// <param name="CrossEntropy">Mean −log q_y in nats.</param>
/// <param name="CalibrationError">Expected calibration error over 15 bins of equal width: Guo et al., arXiv 1706.04599, equation 3.</param>
public sealed record EvaluationResult(int Count, double Accuracy, double MacroF1, double CrossEntropy, double CalibrationError);
