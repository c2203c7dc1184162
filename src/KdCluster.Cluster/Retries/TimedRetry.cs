using Polly;
using Polly.Retry;

namespace KdCluster.Cluster.Retries;

/// <summary>Repeats a call by Polly's retry until it works, fails with what does not pass, or its time is over.</summary>
/// <remarks>Polly's own limits are a number of attempts, which says nothing of the time where an attempt may take long, and a timeout, which would cut off the last attempt.</remarks>
internal static class TimedRetry
{
    /// <param name="call">May be made again at will.</param>
    /// <param name="passes">What is worth another attempt.</param>
    /// <param name="most">A failure later than this after the first one is the last. From the first failure on, not from the beginning: what fails after a long time of work, or of silence, is tried again too.</param>
    /// <param name="pauses">The pauses, and who is told of failures; how often and after what is said by the other parameters.</param>
    /// <param name="time">The clock of the limit and of the pauses.</param>
    /// <param name="cancellationToken">Gives up, also during a pause.</param>
    public static async Task<T> CallAsync<T>(Func<Task<T>> call, Predicate<Exception> passes, TimeSpan most, RetryStrategyOptions pauses, TimeProvider time, CancellationToken cancellationToken)
    {
        long? failing = null;
        pauses.MaxRetryAttempts = int.MaxValue;
        pauses.ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is { } e && passes(e) && time.GetElapsedTime(failing ??= time.GetTimestamp()) <= most);
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(pauses).Build();
        // A call of a grain is repeated as the grain: on its own scheduler.
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellationToken);
        try
        {
            return await pipeline.ExecuteAsync(async _ => await call(), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
