using KdCluster.Cluster.Runs;
using KdCluster.Runs;

namespace KdCluster.Bench;

/// <summary>A student whose steps take a fixed time and no processor.</summary>
internal sealed class TimedTraining(int steps, TimeSpan step, TimeProvider time) : IStudentTraining
{
    private readonly Lock _gate = new();
    private long? _began;
    private long _ended;

    /// <summary>From the first student's first step to the last one's last.</summary>
    public TimeSpan Span => time.GetElapsedTime(_began ?? 0, _ended);

    public StudentStatus Train(StudentOrder order, Action<StudentStatus> report, CancellationToken cancellationToken)
    {
        lock (_gate)
            _began ??= time.GetTimestamp();
        StudentStatus now = order.Student with { Stage = "train", Steps = steps };
        for (int i = 1; i <= steps; i++)
        {
            if (cancellationToken.WaitHandle.WaitOne(step))
                throw new OperationCanceledException(cancellationToken);
            report(now with { Step = i });
        }

        lock (_gate)
            _ended = time.GetTimestamp();
        return now with { Stage = "done", Step = steps, TestAccuracy = 0.5, Parameters = 1 };
    }
}
