namespace KdCluster.Learning.Schedules;

/// <summary>Where a student step stands in its training.</summary>
/// <param name="Step">Number of the step, from 0.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Epoch">Number of the epoch, from 0.</param>
/// <param name="Epochs">Epochs in all.</param>
public readonly record struct StepPosition(int Step, int Steps, int Epoch, int Epochs);
