using KdCluster.Runs;

namespace KdCluster.Grains;

/// <summary>Owns the training of one student. Starts and follows it; a trainer thread does the work. Key: <c>run/variant/seed</c>.</summary>
[Alias("kd.IStudentTrainerGrain")]
public interface IStudentTrainerGrain : IGrainWithStringKey
{
    /// <summary>Puts the student into this silo's trainer queue, from its last checkpoint when there is one. Returns at once.</summary>
    [Alias("Start")] Task StartAsync(StudentStatus student);

    /// <summary>The student as it stands.</summary>
    [Alias("Get")] Task<StudentStatus?> GetAsync();

    /// <summary>Told by the trainer thread: how far it is.</summary>
    [Alias("Report")] Task ReportAsync(StudentStatus student);
}
