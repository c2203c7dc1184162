using KdCluster.Runs;
using Orleans.Concurrency;
using Orleans.Services;

namespace KdCluster.Grains;

/// <summary>The trainer threads of one silo, asked by the silo's address. The silo itself says which students it takes, so that no place is given twice.</summary>
[Alias("kd.ITrainerService")]
public interface ITrainerService : IGrainService
{
    /// <summary>
    /// Takes a student on, from its last checkpoint when there is one, if a trainer thread is free. It reports its progress to its run's grain. A student that is here
    /// already in the same attempt stays as it is, so that it may be offered again at will.
    /// </summary>
    /// <param name="run">The run's id.</param>
    /// <param name="recipe">The run's effective recipe.</param>
    /// <param name="student">Which student, with its attempt.</param>
    /// <returns>Whether this silo has it now.</returns>
    [Alias("Offer")] Task<bool> OfferAsync(string run, string recipe, StudentStatus student);

    /// <summary>Asks a student to stop at its next step. It reports to its run's grain when it has stopped.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="student">The student, <see cref="StudentStatus.Key"/>.</param>
    /// <param name="attempt">Which attempt of it; another one is left alone.</param>
    /// <returns>Whether this silo has it.</returns>
    [Alias("Cancel")] Task<bool> CancelAsync(string run, string student, long attempt);

    /// <summary>The run has ended: its data need not be kept in memory.</summary>
    [Alias("Release"), OneWay] Task ReleaseAsync(string run);
}
