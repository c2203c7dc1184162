using KdCluster.Cluster.Teachers.Pools;
using KdCluster.Tests.Support.Simulation;

namespace KdCluster.Tests.Teachers.Pools;

/// <summary>A pool over simulated replicas, in virtual time: each test gives the same figures each time.</summary>
public class TeacherPoolTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public void Rows_per_second_grow_with_the_replicas(int n) => Simulated.Run(async time =>
    {
        double one = await RateAsync(new SimulatedPool(time).With(1));
        double many = await RateAsync(new SimulatedPool(time).With(n));

        Assert.InRange(many / (n * one), 0.95, 1.0001);
    });

    [Fact]
    public void A_run_sees_no_pause_of_a_second_when_a_replica_is_killed_and_uses_it_again_when_it_is_back() => Simulated.Run(async time =>
    {
        SimulatedPool pool = new SimulatedPool(time).With(2);
        await using TeacherPoolClient client = await pool.OpenAsync();
        using ITimer kill = At(time, 2, pool["0"].Kill), revive = At(time, 6, pool["0"].Revive);

        var (_, requests) = await pool.LoadAsync(client, 8, 32, TimeSpan.FromSeconds(10));

        Assert.True(requests.Max(r => r.Took) < TimeSpan.FromMilliseconds(200), $"{requests.Max(r => r.Took)}");
        Assert.DoesNotContain(pool["0"].Asked, t => t > TimeSpan.FromSeconds(2.001) && t < TimeSpan.FromSeconds(6));
        Assert.Contains(pool["0"].Asked, t => t > TimeSpan.FromSeconds(6) && t < TimeSpan.FromSeconds(9.5));
    });

    [Fact]
    public void A_replica_that_stands_still_is_left_within_a_second_and_probed_back_in() => Simulated.Run(async time =>
    {
        SimulatedPool pool = new SimulatedPool(time).With(3);
        await using TeacherPoolClient client = await pool.OpenAsync();
        using ITimer freeze = At(time, 2, () => pool["1"].Frozen = true), thaw = At(time, 22, pool["1"].Revive);

        var (_, requests) = await pool.LoadAsync(client, 8, 32, TimeSpan.FromSeconds(30));

        Assert.True(requests.Max(r => r.Took) < 1.2 * s_second, $"{requests.Max(r => r.Took)}");
        Assert.DoesNotContain(pool["1"].Asked, t => t > TimeSpan.FromSeconds(3) && t < TimeSpan.FromSeconds(22));
        Assert.Contains(pool["1"].Asked, t => t > TimeSpan.FromSeconds(22) && t < TimeSpan.FromSeconds(28));
    });

    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    public void A_tokenizer_is_asked_for_again_for_half_a_minute(int back) => Simulated.Run(async time =>
    {
        SimulatedPool pool = new SimulatedPool(time).With(1);
        await using TeacherPoolClient client = await pool.OpenAsync();
        pool["0"].Kill();
        TimeSpan start = time.Now;
        using ITimer revive = At(time, back, pool["0"].Revive);

        Task<byte[]> asked = client.TokenizerAsync(CancellationToken.None);

        if (back < 30)
        {
            Assert.Equal([1], await asked);
            Assert.InRange((time.Now - start).TotalSeconds, back, back + 3.5);
        }
        else
        {
            Assert.Equal("KD1306", (await Assert.ThrowsAsync<KdException>(() => asked)).Code);
            Assert.InRange((time.Now - start).TotalSeconds, 30.001, 30 + pool.Options.RetryDelay.TotalSeconds);
        }
    });

    [Fact]
    public void A_slow_replica_is_avoided_within_a_second() => Simulated.Run(async time =>
    {
        SimulatedPool pool = new SimulatedPool(time).With(4);
        await using TeacherPoolClient client = await pool.OpenAsync();
        using ITimer slow = At(time, 2, () => pool["2"].Batch = TimeSpan.FromSeconds(1.5));

        var (_, requests) = await pool.LoadAsync(client, 12, 32, TimeSpan.FromSeconds(8));

        int late = requests.Count(r => r.At > TimeSpan.FromSeconds(3) && r.Took > TimeSpan.FromMilliseconds(500));
        Assert.True(late <= 4, $"{late} requests met the slow replica after it was known");
        Assert.True(requests.Max(r => r.Took) < s_second, $"{requests.Max(r => r.Took)}");
    });

    [Fact]
    public void Requests_that_are_late_now_and_then_are_hedged_within_the_budget() => Simulated.Run(async time =>
    {
        (int without, _) = await LateAsync(new SimulatedPool(time) { Options = new PoolOptions { HedgeShare = 0 } });
        (int late, SimulatedPool pool) = await LateAsync(new SimulatedPool(time));

        Assert.True(late < without / 2, $"{late} late with hedging, {without} without");
        Assert.True(pool["0"].Withdrawn > 0, "a request that was answered elsewhere was not withdrawn");

        async Task<(int, SimulatedPool)> LateAsync(SimulatedPool pool)
        {
            pool.With(4, milliseconds: 20);
            await using TeacherPoolClient client = await pool.OpenAsync();
            Random random = new(7);
            await using ITimer hiccups = time.CreateTimer(_ => pool["0"].Batch = TimeSpan.FromMilliseconds(random.Next(20) == 0 ? 180 : 20), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
            var (_, requests) = await pool.LoadAsync(client, 3, 32, TimeSpan.FromSeconds(60));
            int asked = Enumerable.Range(0, 4).Sum(i => pool[$"{i}"].Asked.Count);
            Assert.InRange(asked - requests.Count, 0, (pool.Options.HedgeShare * requests.Count) + 10);
            return (requests.Count(r => r.Took > TimeSpan.FromMilliseconds(150)), pool);
        }
    });

    [Fact]
    public void When_all_are_slow_hedging_does_not_double_the_load() => Simulated.Run(async time =>
    {
        SimulatedPool pool = new SimulatedPool(time).With(3);
        await using TeacherPoolClient client = await pool.OpenAsync();
        using ITimer slow = At(time, 2, () => Array.ForEach(["0", "1", "2"], a => pool[a].Batch = TimeSpan.FromMilliseconds(300)));

        var (_, requests) = await pool.LoadAsync(client, 12, 32, TimeSpan.FromSeconds(20));

        int asked = pool["0"].Asked.Count + pool["1"].Asked.Count + pool["2"].Asked.Count;
        Assert.InRange(asked - requests.Count, 0, (0.05 * requests.Count) + 10);
    });

    [Fact]
    public void Full_queues_push_back_and_every_row_is_answered() => Simulated.Run(async time =>
    {
        SimulatedPool pool = new(time);
        pool.Add("small", limit: 128);
        pool.Add("large", limit: 256);
        await using TeacherPoolClient client = await pool.OpenAsync();

        var (rows, requests) = await pool.LoadAsync(client, 40, 32, TimeSpan.FromSeconds(4));

        // Two devices at 3,200 rows/s each; refusals cost a little of it.
        Assert.InRange(rows, 0.8 * 4 * 6400, 4 * 6400);
        Assert.Equal(0, requests.Count(r => r.Took > 3 * s_second));
    });

    [Fact]
    public void The_list_may_change_at_any_time() => Simulated.Run(async time =>
    {
        SimulatedPool pool = new SimulatedPool(time).With(2);
        await using TeacherPoolClient client = await pool.OpenAsync();
        pool.Add("2");
        using ITimer swap = At(time, 1, () => pool.List.Set("1", "2"));

        var (_, requests) = await pool.LoadAsync(client, 8, 32, 3 * s_second);

        Assert.True(requests.Max(r => r.Took) < TimeSpan.FromMilliseconds(250), $"{requests.Max(r => r.Took)}");
        Assert.DoesNotContain(pool["0"].Asked, t => t > s_second);
        Assert.True(pool["0"].Disposed);
        Assert.Contains(pool["2"].Asked, t => t > s_second);
    });

    [Fact]
    public void A_replica_that_breaks_while_nothing_is_asked_of_it_is_known_at_once() => Simulated.Run(async time =>
    {
        SimulatedPool pool = new SimulatedPool(time).With(2);
        await using TeacherPoolClient client = await pool.OpenAsync();
        pool["0"].Kill();

        for (int i = 0; i < 20; i++)
        {
            await client.GetAsync(SimulatedReplica.Request(5), CancellationToken.None);
        }

        Assert.Equal((20, 0, 1), (pool["1"].Asked.Count, pool["0"].Missed, pool.List.Looks));
    });

    [Fact]
    public void The_last_one_lost_those_long_avoided_are_looked_at_anew_at_once() => Simulated.Run(async time =>
    {
        SimulatedPool pool = new SimulatedPool(time).With(2);
        await using TeacherPoolClient client = await pool.OpenAsync();
        pool["0"].Kill();
        await pool.LoadAsync(client, 2, 32, TimeSpan.FromSeconds(60));
        // Its rests are 5 s by now, and one has just begun.
        pool["0"].Revive();
        pool["1"].Kill();
        TimeSpan lost = time.Now;

        await client.GetAsync(SimulatedReplica.Request(5), CancellationToken.None);

        Assert.InRange((time.Now - lost).TotalSeconds, 0, 0.3);
    });

    [Fact]
    public void A_replica_that_leaves_is_asked_no_more_finishes_what_it_was_asked_and_is_let_go() => Simulated.Run(async time =>
    {
        SimulatedPool pool = new SimulatedPool(time).With(2, milliseconds: 300);
        await using TeacherPoolClient client = await pool.OpenAsync();
        bool cut = false;
        using ITimer leave = At(time, 2, pool["0"].Leave), look = At(time, 2.25, () => cut = pool["0"].Released), gone = At(time, 4, pool["0"].Kill);

        var (_, requests) = await pool.LoadAsync(client, 4, 32, TimeSpan.FromSeconds(8));

        Assert.False(cut, "its connection was dropped while it was answering");
        Assert.True(pool["0"].Released);
        Assert.DoesNotContain(pool["0"].Asked, t => t > TimeSpan.FromSeconds(2));
        Assert.Equal(requests.Count, pool["0"].Asked.Count + pool["1"].Asked.Count);
    });

    [Fact]
    public void A_replica_that_leaves_is_still_asked_where_there_is_no_other() => Simulated.Run(async time =>
    {
        SimulatedPool pool = new SimulatedPool(time).With(1);
        await using TeacherPoolClient client = await pool.OpenAsync();
        pool.Add("1");
        using ITimer leave = At(time, 1, pool["0"].Leave), other = At(time, 4, () => pool.List.Set("0", "1"));

        var (_, requests) = await pool.LoadAsync(client, 2, 32, TimeSpan.FromSeconds(8));

        Assert.True(requests.Max(r => r.Took) < TimeSpan.FromMilliseconds(100), $"{requests.Max(r => r.Took)}");
        Assert.Contains(pool["0"].Asked, t => t > TimeSpan.FromSeconds(3.9));
        Assert.DoesNotContain(pool["0"].Asked, t => t > TimeSpan.FromSeconds(4.1));
    });

    [Fact]
    public void With_nobody_left_a_request_waits_for_one_to_come_and_then_gives_up_with_its_code() => Simulated.Run(async time =>
    {
        SimulatedPool pool = new SimulatedPool(time).With(1);
        await using TeacherPoolClient client = await pool.OpenAsync();
        pool["0"].Kill();
        using (At(time, time.Now.TotalSeconds + 10, pool["0"].Revive))
        {
            await client.GetAsync(SimulatedReplica.Request(5), CancellationToken.None);
        }

        Assert.InRange(time.Now.TotalSeconds, 10, 16);
        pool["0"].Kill();
        TimeSpan killed = time.Now;
        KdException gone = await Assert.ThrowsAsync<KdException>(() => client.GetAsync(SimulatedReplica.Request(5), CancellationToken.None));
        Assert.Equal("KD1306", gone.Code);
        Assert.InRange((time.Now - killed).TotalSeconds, 29, 32);
    });

    [Fact]
    public void Replicas_that_are_not_the_same_model_are_refused_with_their_address() => Simulated.Run(async time =>
    {
        SimulatedPool pool = new(time);
        pool.Add("one");
        pool.Add("other", model: 'd');

        KdException mixed = await Assert.ThrowsAsync<KdException>(() => pool.OpenAsync(isFixed: true));

        Assert.Equal("KD1321", mixed.Code);
        Assert.Contains("other", mixed.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void A_replica_that_comes_to_serve_another_model_gets_no_request() => Simulated.Run(async time =>
    {
        SimulatedPool pool = new SimulatedPool(time).With(2);
        await using TeacherPoolClient client = await pool.OpenAsync();
        pool["1"].Kill();
        pool["1"].Identity = new ReplicaIdentity(SimulatedReplica.Describe('d'), "store");
        using ITimer revive = At(time, 1, pool["1"].Revive);

        await pool.LoadAsync(client, 4, 32, TimeSpan.FromSeconds(8));

        Assert.DoesNotContain(pool["1"].Asked, t => t > TimeSpan.Zero);
    });

    [Fact]
    public void Given_up_a_request_ends_at_once_and_is_withdrawn() => Simulated.Run(async time =>
    {
        SimulatedPool pool = new SimulatedPool(time).With(1, milliseconds: 10_000);
        await using TeacherPoolClient client = await pool.OpenAsync();
        using CancellationTokenSource given = new(s_second, time);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync(SimulatedReplica.Request(5), given.Token));

        Assert.Equal(1, time.Now.TotalSeconds, 3);
        Assert.Equal(1, pool["0"].Withdrawn);
    });

    private static async Task<double> RateAsync(SimulatedPool pool)
    {
        await using TeacherPoolClient client = await pool.OpenAsync();
        await pool.LoadAsync(client, client.Concurrency, 32, s_second);
        var (rows, _) = await pool.LoadAsync(client, client.Concurrency, 32, 10 * s_second);
        return rows / 10.0;
    }

    private static ITimer At(VirtualTime time, double seconds, Action action) =>
        time.CreateTimer(_ => action(), null, TimeSpan.FromSeconds(seconds) - time.Now, Timeout.InfiniteTimeSpan);
}
