namespace KdCluster.Chaos;

/// <summary>How one disturbed run went.</summary>
/// <param name="Number">Which run, from 1.</param>
/// <param name="Act">What was done to it.</param>
/// <param name="At">The steps of all its students together when it was done.</param>
/// <param name="Store">Where the run kept soft targets.</param>
/// <param name="Pause">The longest time in which a student of it made no step after that, seconds.</param>
/// <param name="Stall">How much of that the student waited for soft targets, seconds.</param>
/// <param name="Until">When that pause ended.</param>
/// <param name="Seconds">The whole run.</param>
/// <param name="Faults">What was broken; empty when nothing was.</param>
internal sealed record ChaosOutcome(int Number, ChaosAct Act, long At, string Store, double Pause, double Stall, DateTimeOffset Until, double Seconds, IReadOnlyList<string> Faults);
