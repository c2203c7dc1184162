using Orleans.Runtime;

namespace KdCluster.Tests.OrleansRuntime;

public interface ITimerGrain : IGrainWithStringKey
{
    Task Start(string topic, bool interleave, bool fails);

    Task StartOnce(string topic);

    Task StartAndLeave(string topic);

    Task Stop();

    Task Change(TimeSpan dueTime, TimeSpan period);

    Task Hold(string gate);
}

public class TimerGrain(Probe probe) : Grain, ITimerGrain
{
    private static readonly TimeSpan _soon = TimeSpan.FromMilliseconds(10);
    private IGrainTimer? _timer;
    private bool _busy;

    public Task Start(string topic, bool interleave, bool fails)
    {
        var turns = TaskScheduler.Current;
        _timer = this.RegisterGrainTimer(
            async (state, token) =>
            {
                await Task.Yield();
                probe.Say(state, (TaskScheduler.Current == turns, _busy, token.CanBeCanceled));
                if (fails)
                    throw new UnlikelyException("tick");
            },
            topic, new GrainTimerCreationOptions(_soon, _soon) { Interleave = interleave });
        return Task.CompletedTask;
    }

    public Task StartOnce(string topic)
    {
        _timer = this.RegisterGrainTimer(() => Tick(topic), new() { DueTime = _soon, Period = Timeout.InfiniteTimeSpan });
        return Task.CompletedTask;
    }

    public Task StartAndLeave(string topic)
    {
        this.RegisterGrainTimer(async token =>
        {
            token.Register(() => probe.Say(topic, "stopped"));
            probe.Say(topic, "ticked");
            await Task.Yield();
            DeactivateOnIdle();
        }, _soon, _soon);
        return Task.CompletedTask;
    }

    public Task Stop()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task Change(TimeSpan dueTime, TimeSpan period)
    {
        _timer!.Change(dueTime, period);
        return Task.CompletedTask;
    }

    public async Task Hold(string gate)
    {
        _busy = true;
        probe.Say(gate, "holding");
        await probe.Gate(gate);
        _busy = false;
    }

    private Task Tick(string topic)
    {
        probe.Say(topic);
        return Task.CompletedTask;
    }
}
