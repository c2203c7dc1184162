namespace StackExchange.Redis;

/// <summary>Says when the next attempt to reconnect is due.</summary>
public interface IReconnectRetryPolicy
{
    bool ShouldRetry(long currentRetryCount, int timeElapsedMillisecondsSinceLastRetry);
}

/// <summary>Every so many milliseconds.</summary>
public class LinearRetry(int maxRetryElapsedTimeAllowedMilliseconds) : IReconnectRetryPolicy
{
    public bool ShouldRetry(long currentRetryCount, int timeElapsedMillisecondsSinceLastRetry)
        => timeElapsedMillisecondsSinceLastRetry >= maxRetryElapsedTimeAllowedMilliseconds;
}

/// <summary>After a delay that grows by a tenth with each attempt, spread at random so that many clients do not return at once.</summary>
public class ExponentialRetry : IReconnectRetryPolicy
{
    private const double Growth = 1.1;

    private readonly int _first;
    private readonly int _largest;
    private long _drawnFor = -1;
    private int _drawn;

    public ExponentialRetry(int deltaBackOffMilliseconds)
        : this(deltaBackOffMilliseconds, Math.Max(deltaBackOffMilliseconds, 10_000))
    {
    }

    public ExponentialRetry(int deltaBackOffMilliseconds, int maxDeltaBackOffMilliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(deltaBackOffMilliseconds);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDeltaBackOffMilliseconds, deltaBackOffMilliseconds);
        _first = deltaBackOffMilliseconds;
        _largest = maxDeltaBackOffMilliseconds;
    }

    public bool ShouldRetry(long currentRetryCount, int timeElapsedMillisecondsSinceLastRetry)
    {
        // One draw per attempt: asking often must not shorten the wait.
        if (_drawnFor != currentRetryCount)
        {
            _drawnFor = currentRetryCount;
            _drawn = Random.Shared.Next(_first, (int)Math.Min(_largest, _first * Math.Pow(Growth, currentRetryCount)) + 1);
        }

        return timeElapsedMillisecondsSinceLastRetry >= _drawn;
    }
}
