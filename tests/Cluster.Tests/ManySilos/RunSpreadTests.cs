using KdCluster.Cli.Bench;
using KdCluster.Cluster.Runs;
using KdCluster.Runs;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.ManySilos;

/// <summary>Where the students of one run go, on real silos in this process.</summary>
public sealed class RunSpreadTests
{
    [ManySilosFact]
    public async Task Eight_students_that_are_placed_at_once_go_to_four_silos_two_to_each()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(120));
        Together training = new(8, deadline.Token);
        await using SimulatedTrainers cluster = await SimulatedTrainers.StartAsync(4, 4, training, folder.Path, deadline.Token);

        Run run = await cluster.RunAsync(8, deadline.Token);

        Assert.Equal(V1.RunState.Succeeded, run.State);
        Assert.Equal([2, 2, 2, 2], run.Students.GroupBy(s => s.Silo).Select(g => g.Count()));
        Assert.All(run.Students, s => Assert.Equal(1, s.Attempt));
    }

    /// <summary>No student ends before all have begun.</summary>
    private sealed class Together(int students, CancellationToken deadline) : IStudentTraining
    {
        private readonly CountdownEvent _begun = new(students);

        public StudentStatus Train(StudentOrder order, Action<StudentStatus> report, CancellationToken cancellationToken)
        {
            _begun.Signal();
            _begun.Wait(deadline);
            return order.Student with { Stage = "done", Step = 1, Steps = 1, TestAccuracy = 0.5, Parameters = 1 };
        }
    }
}
