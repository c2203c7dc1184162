using KdCluster.Runs;
using Orleans.Concurrency;

namespace KdCluster.Grains;

/// <summary>Owns one run: its recipe, where it stands, and which students are still to be trained. Key: the run's id.</summary>
[Alias("kd.IRunGrain")]
public interface IRunGrain : IGrainWithStringKey
{
    /// <summary>Starts the run; asking again with the same recipe changes nothing.</summary>
    /// <param name="recipe">The effective recipe's text, paths absolute.</param>
    /// <param name="owner">Whose it is, <see cref="RunStatus.Owner"/>. One that is there keeps its own.</param>
    [Alias("Start")] Task<RunStatus> StartAsync(string recipe, string owner);

    /// <summary>The current state of the run; null when there is no such run.</summary>
    [Alias("Get"), AlwaysInterleave] Task<RunStatus?> GetAsync();

    /// <summary>Waits, up to about two seconds, until the run's version exceeds <paramref name="version"/>, then answers as it stands.</summary>
    [Alias("Next"), AlwaysInterleave] Task<RunStatus> NextAsync(long version);

    /// <summary>Asks the run to stop at its next step; checkpoints are kept. Watchers see when it has.</summary>
    [Alias("Cancel")] Task<RunStatus> CancelAsync();

    /// <summary>Goes on from the last checkpoints. Nothing changes for a run that is in progress or has succeeded.</summary>
    [Alias("Resume")] Task<RunStatus> ResumeAsync();

    /// <summary>Told by the silo that works on it: what is being prepared.</summary>
    [Alias("Preparing")] Task PreparingAsync(string activity);

    /// <summary>Told by the silo that works on it: the students to train.</summary>
    [Alias("Prepared")] Task PreparedAsync(StudentStatus[] students);

    /// <summary>Told by the silo that trains a student: how far it is.</summary>
    /// <returns>Whether the student should continue: false when a later attempt has followed, or the run has ended.</returns>
    [Alias("Report")] Task<bool> ReportAsync(StudentStatus student);

    /// <summary>Reported by the silo that trains a student, or by the caller that asked it to stop: the student stopped before its end, or is not there.</summary>
    /// <param name="key">The student, <see cref="StudentStatus.Key"/>.</param>
    /// <param name="attempt">Which attempt of it; another one is left alone.</param>
    /// <param name="errors">Why; empty when it was cancelled, or its silo is being drained.</param>
    [Alias("Stopped")] Task StoppedAsync(string key, long attempt, KdError[] errors);

    /// <summary>Reported by the code that offered a student to a silo: the answer of the silo.</summary>
    /// <param name="key">The student, <see cref="StudentStatus.Key"/>.</param>
    /// <param name="attempt">Which attempt of it.</param>
    /// <param name="taken">Whether it has the student; null when it did not answer.</param>
    [Alias("Offered")] Task OfferedAsync(string key, long attempt, bool? taken);

    /// <summary>Told by the silo that works on it: it has ended.</summary>
    [Alias("Ended")] Task EndedAsync(RunState state, KdError[] errors);

    /// <summary>Sees to it that the run is worked on, where the silo that did so is gone. Answers whether there is such a run that has not ended.</summary>
    [Alias("Ensure")] Task<bool> EnsureAsync();

    /// <summary>Reported at a silo's start: the process that worked on this run is gone.</summary>
    [Alias("Orphaned")] Task OrphanedAsync();
}
