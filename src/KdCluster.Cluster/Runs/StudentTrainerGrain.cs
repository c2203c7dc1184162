using KdCluster.Cluster.Storage;
using KdCluster.Grains;
using KdCluster.Runs;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime;

namespace KdCluster.Cluster.Runs;

/// <summary>
/// Puts one student into this silo's trainer queue and tells its run what becomes of it. Reentrant: its run may ask it to stop while it is
/// itself telling the run how far it is, and neither must wait for the other.
/// </summary>
[Reentrant, PreferLocalPlacement]
internal sealed class StudentTrainerGrain(
    [PersistentState("student", GrainStorage.Name)] IPersistentState<StudentRecord> state, TrainerPool trainers) : Grain, IStudentTrainerGrain
{
    private string Key => this.GetPrimaryKeyString();

    private IRunGrain Run => GrainFactory.GetGrain<IRunGrain>(StudentKey.Parse(Key).Run);

    public async Task StartAsync(string recipe, StudentStatus student, long attempt)
    {
        state.State.Student = student;
        await state.WriteStateAsync();
        trainers.Start(new StudentOrder(StudentKey.Parse(Key), recipe, student, attempt));
    }

    public Task CancelAsync()
    {
        trainers.Cancel(StudentKey.Parse(Key));
        return Task.CompletedTask;
    }

    public Task<StudentStatus?> GetAsync() => Task.FromResult(state.State.Student);

    public async Task ReportAsync(StudentStatus student)
    {
        state.State.Student = student;
        // Its run hears of it first, and keeps it too: where there is no room for either, the student is not lost.
        await Run.ReportAsync(student);
        if (student.Done)
        {
            await state.WriteStateAsync();
        }
    }

    public Task StoppedAsync(ErrorRecord[] errors) => Run.StoppedAsync(StudentKey.Parse(Key).Student, errors);
}

/// <summary>What a student's grain keeps.</summary>
[GenerateSerializer, Alias("kd.StudentRecord")]
internal sealed class StudentRecord
{
    [Id(0)] public StudentStatus? Student { get; set; }
}
