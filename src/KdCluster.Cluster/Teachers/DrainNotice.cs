using KdCluster.Cluster.Runs;
using KdCluster.Cluster.Silos;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Teachers;

/// <summary>
/// How a silo takes its leave. Before anything of it stops it says that it leaves, and serves on: until those who ask its teachers have gone elsewhere, or cannot, or
/// the time is over. Its students stop meanwhile, with their checkpoints.
/// </summary>
internal sealed class DrainNotice(SiloDrain drain, SiloStatusBoard board, TeacherRegistry teachers, TeacherCallers callers, TrainerPool trainers, TimeProvider time, ILogger<DrainNotice> log)
    : IHostedLifecycleService
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    // A teacher that is nowhere else takes seconds to be loaded there, and its askers a second to hear of it.
    private static readonly TimeSpan s_toMove = TimeSpan.FromSeconds(10);

    // Where nobody else can take them, only what was asked is still answered.
    private static readonly TimeSpan s_toAnswer = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(300);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        drain.Begin();
        try
        {
            await Task.WhenAll(trainers.StopAsync(cancellationToken), LeaveAsync(cancellationToken));
        }
        finally
        {
            drain.Go();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> stranded = Stranded();
        if (stranded.Count > 0 && callers.Open > 0)
        {
            log.Stranded(string.Join(", ", stranded));
        }

        long since = time.GetTimestamp();
        while (callers.Open > 0)
        {
            TimeSpan passed = time.GetElapsedTime(since);
            if (passed >= s_toMove || (stranded.Count > 0 && (passed >= s_toAnswer || (passed >= s_quiet && teachers.All.All(t => t.QueuedRows == 0)))))
            {
                return;
            }

            await Task.Delay(s_look, time, cancellationToken);
        }
    }

    private IReadOnlyList<string> Stranded() => StrandedTeachers.Of(board.Silos[0], teachers.Sizes, board.Silos);
}
