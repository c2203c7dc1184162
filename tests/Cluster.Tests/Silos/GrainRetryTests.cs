using KdCluster.Cluster.Silos;
using Orleans.Runtime;

namespace KdCluster.Tests.Silos;

public class GrainRetryTests
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(100);
    private readonly FakeTimeProvider _time = new();
    private readonly GrainRetry _retry;
    private readonly List<TimeSpan> _calls = [];

    public GrainRetryTests() => _retry = new GrainRetry(_time);

    [Theory]
    [InlineData("KD1322", true)]
    [InlineData("KD1603", false)]
    public async Task What_passes_is_waited_for_and_what_lasts_is_told_at_once(string code, bool passes)
    {
        Task<int> asked = Begin(() => _calls.Count == 1 ? throw new KdException(code, "said by a grain.") : Task.FromResult(_calls.Count), CancellationToken.None);

        if (passes)
        {
            Assert.False(asked.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(2, await asked);
        }
        else
        {
            Assert.True(asked.IsCompleted);
            Assert.Equal(code, (await Assert.ThrowsAsync<KdException>(() => asked)).Code);
        }
    }

    [Fact]
    public async Task What_a_grain_says_of_itself_is_found_inside_of_what_Orleans_makes_of_it()
    {
        Task<int> asked = Begin(() => throw new OrleansException("it did not activate", new KdException("KD1603", "its file is damaged.")), CancellationToken.None);

        Assert.True(asked.IsCompleted);
        Assert.Equal("KD1603", (await Assert.ThrowsAsync<KdException>(() => asked)).Code);
    }

    [Fact]
    public async Task Half_a_minute_is_waited_with_pauses_that_grow()
    {
        Task<int> asked = Begin(() => throw new SiloUnavailableException("silo-1 is dead"), CancellationToken.None);
        while (!asked.IsCompleted)
        {
            _time.Advance(s_step);
        }

        KdException told = await Assert.ThrowsAsync<KdException>(() => asked);
        Assert.Equal(("KD1612", "no silo could take the work: silo-1 is dead"), (told.Code, told.Errors[0].What));
        TimeSpan[] pauses = [.. _calls.Zip(_calls.Skip(1), (a, b) => b - a)];
        Assert.Equal((0.2, 5.0), (pauses[0].TotalSeconds, pauses[^1].TotalSeconds));
        Assert.Equal(pauses.Order(), pauses);
        Assert.InRange(_calls[^1].TotalSeconds, 30.001, 35.1);
        Assert.True(_calls[^2] <= TimeSpan.FromSeconds(30));
    }

    /// <summary>An answer that is not there in time fails as late as the limit is long.</summary>
    [Fact]
    public async Task What_fails_after_a_long_time_is_tried_again_too()
    {
        Task<int> asked = Begin(
            () =>
            {
                _time.Advance(TimeSpan.FromMinutes(10));
                return _calls.Count == 1 ? throw new TimeoutException("response did not arrive on time") : Task.FromResult(_calls.Count);
            },
            CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(2, await asked.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task A_teacher_that_no_silo_has_room_for_is_said_when_the_time_is_over()
    {
        KdException full = new("KD1322", "no silo has room.");
        Task<int> asked = Begin(() => throw full, CancellationToken.None);
        while (!asked.IsCompleted)
        {
            _time.Advance(s_step);
        }

        Assert.Same(full, await Assert.ThrowsAsync<KdException>(() => asked));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_gives_up_is_told_of_no_failure(bool duringCall)
    {
        using CancellationTokenSource caller = new();
        Task<int> asked = Begin(() => Fail(duringCall ? caller : null), caller.Token);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Single(_calls);

        static Task<int> Fail(CancellationTokenSource? first)
        {
            first?.Cancel();
            throw new KdException("KD1322", "no silo has room.");
        }
    }

    /// <summary>What the clock wakes goes on within <see cref="FakeTimeProvider.Advance"/>.</summary>
    private Task<int> Begin(Func<Task<int>> call, CancellationToken cancellationToken)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        long start = _time.GetTimestamp();
        return _retry.CallAsync(
            () =>
            {
                _calls.Add(_time.GetElapsedTime(start));
                return call();
            },
            cancellationToken);
    }
}
