using Orleans.Hosting;

namespace Orleans.Activations;

/// <summary>Looks after all activations from time to time: late answers, and grains that nobody uses.</summary>
internal sealed class Caretaker(Silo silo) : IDisposable
{
    private readonly List<ITimer> _timers = [];

    public void Start()
    {
        var rounds = silo.ResponseTimeout > TimeSpan.Zero && silo.ResponseTimeout < TimeSpan.FromSeconds(1) ? silo.ResponseTimeout : TimeSpan.FromSeconds(1);
        Every(rounds / 2, (activation, now) => activation.TimeOutCalls(now));
        Every(silo.Collection.CollectionQuantum, (activation, now) => activation.DeactivateIfIdle(now));
    }

    public void Dispose() => _timers.ForEach(timer => timer.Dispose());

    private void Every(TimeSpan period, Action<Activation, long> visit)
    {
        void Round(object? _)
        {
            var now = silo.Time.GetTimestamp();
            foreach (var activation in silo.Catalog.Activations)
                visit(activation, now);
        }

        _timers.Add(silo.Time.CreateTimer(Round, null, period, period));
    }
}
