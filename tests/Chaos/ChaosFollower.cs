using KdCluster.Client;
using KdCluster.V1;

namespace KdCluster.Chaos;

/// <summary>Watches a run as a client does, and measures how long a student of it stood still.</summary>
internal sealed class ChaosFollower(TimeProvider time)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Course> _courses = [];
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Run _now = new();
    private bool _measured;

    /// <summary>The longest time in which a student that had begun made no step beyond what it had reached before, since <see cref="Disturbed"/>; seconds.</summary>
    public double Pause { get; private set; }

    /// <summary>How much of <see cref="Pause"/> the student waited for soft targets; seconds.</summary>
    public double Stall { get; private set; }

    /// <summary>When that pause ended, to be looked up in the logs.</summary>
    public DateTimeOffset Until { get; private set; }

    /// <summary>Whether a student is being trained.</summary>
    public static bool Trains(Student student) => student.Stage is not ("waiting" or "test" or "done") && student.Step > 0;

    /// <summary>From now on it is measured.</summary>
    /// <returns>The run as it stands.</returns>
    public Run Disturbed()
    {
        lock (_gate)
        {
            _measured = true;
            foreach (Course course in _courses.Values)
                course.Since = time.GetTimestamp();
            return _now;
        }
    }

    /// <summary>Waits until the students have made so many steps, all of them together, or the run has ended.</summary>
    public async Task ReachAsync(long step, CancellationToken stop)
    {
        while (true)
        {
            Task moved;
            lock (_gate)
            {
                if (_now.Students.Sum(s => s.Step) >= step || _ended.Task.IsCompleted)
                    return;
                moved = _moved.Task;
            }

            await Task.WhenAny(moved, _ended.Task).WaitAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>Follows to the end.</summary>
    public async Task<Run?> FollowAsync(RunHandle run, CancellationToken stop)
    {
        Run? last = null;
        try
        {
            await foreach (Run now in run.WatchAsync(stop).ConfigureAwait(false))
            {
                last = now;
                Take(now);
            }
        }
        finally
        {
            _ended.TrySetResult();
        }

        return last;
    }

    private void Take(Run now)
    {
        lock (_gate)
        {
            _now = now;
            foreach (Student student in now.Students)
                Take(student);
            TaskCompletionSource before = _moved;
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            before.SetResult();
        }
    }

    // What is trained again after a resume is part of the pause: a step counts when it is beyond all before it.
    private void Take(Student student)
    {
        string key = $"{student.Variant}/{student.Seed}";
        bool over = student.Stage is "done" or "test";
        if (!_courses.TryGetValue(key, out Course? course))
        {
            if (!Trains(student))
                return;
            _courses[key] = course = new Course { Since = time.GetTimestamp() };
        }

        double stalled = student.StallShare * student.Seconds;
        if (course.Over || (student.Step <= course.Highest && !over))
            return;
        if (_measured && time.GetElapsedTime(course.Since).TotalSeconds is var pause && pause > Pause)
            (Pause, Stall, Until) = (pause, Math.Clamp(stalled - course.Stalled, 0, pause), time.GetUtcNow());
        (course.Highest, course.Since, course.Stalled, course.Over) = (Math.Max(student.Step, course.Highest), time.GetTimestamp(), stalled, over);
    }

    /// <summary>How far one student is.</summary>
    private sealed class Course
    {
        public long Highest { get; set; }

        public long Since { get; set; }

        public double Stalled { get; set; }

        public bool Over { get; set; }
    }
}
