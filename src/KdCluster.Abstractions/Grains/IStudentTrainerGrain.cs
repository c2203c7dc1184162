using KdCluster.Runs;

namespace KdCluster.Grains;

/// <summary>Owns the training of one student. Starts and follows it; a trainer thread does the work. Key: <c>run/variant/seed</c>.</summary>
[Alias("kd.IStudentTrainerGrain")]
public interface IStudentTrainerGrain : IGrainWithStringKey
{
    /// <summary>Puts the student into this silo's trainer queue, from its last checkpoint when there is one. Returns at once.</summary>
    /// <param name="recipe">The run's effective recipe.</param>
    /// <param name="student">Which student.</param>
    /// <param name="attempt">Counts how often the run was begun; a trainer of an earlier attempt that is still there writes nothing more.</param>
    [Alias("Start")] Task StartAsync(string recipe, StudentStatus student, long attempt);

    /// <summary>Asks the student to stop at its next step. Its run is told when it has.</summary>
    [Alias("Cancel")] Task CancelAsync();

    /// <summary>The student as it stands.</summary>
    [Alias("Get")] Task<StudentStatus?> GetAsync();

    /// <summary>Told by the trainer thread: how far it is.</summary>
    [Alias("Report")] Task ReportAsync(StudentStatus student);

    /// <summary>Told by the trainer thread: it stopped before its end; no errors when it was cancelled.</summary>
    [Alias("Stopped")] Task StoppedAsync(ErrorRecord[] errors);
}
