using System.Diagnostics;
using System.Diagnostics.Metrics;
using KdCluster.Telemetry;

namespace KdCluster.Cluster.Telemetry;

/// <summary>What teachers count.</summary>
internal static class TeacherMetrics
{
    private static readonly Meter s_meter = new(KdTelemetry.Cluster, KdTelemetry.Version);
    private static readonly Counter<long> s_rows = s_meter.Counter(MetricCatalog.TeacherRows);
    private static readonly Histogram<double> s_batch = s_meter.Histogram(MetricCatalog.TeacherBatchDuration);
    private static readonly Histogram<double> s_batchRows = s_meter.Histogram(MetricCatalog.TeacherBatchRows);
    private static readonly Histogram<double> s_queue = s_meter.Histogram(MetricCatalog.TeacherQueueDuration);
    private static readonly Counter<long> s_attempts = s_meter.Counter(MetricCatalog.TeacherAttempts);
    private static readonly Counter<long> s_avoided = s_meter.Counter(MetricCatalog.TeacherAvoided);
    private static readonly Histogram<double> s_request = s_meter.Histogram(MetricCatalog.TeacherRequestDuration);

    /// <summary>A batch was computed.</summary>
    public static void Batch(string teacher, int rows, TimeSpan waited, TimeSpan took)
    {
        KeyValuePair<string, object?> tag = new("teacher", teacher);
        s_rows.Add(rows, tag);
        s_batchRows.Record(rows, tag);
        s_queue.Record(waited.TotalSeconds, tag);
        s_batch.Record(took.TotalSeconds, tag);
    }

    /// <summary>A replica was asked.</summary>
    /// <param name="teacher">Whose.</param>
    /// <param name="kind"><c>first</c>, <c>again</c> or <c>hedge</c>.</param>
    public static void Attempt(string teacher, string kind) => s_attempts.Add(1, new TagList { { "teacher", teacher }, { "kind", kind } });

    /// <summary>A replica is avoided from now on.</summary>
    public static void Avoided(string teacher, string reason) => s_avoided.Add(1, new TagList { { "teacher", teacher }, { "reason", reason } });

    /// <summary>Runs a request, and counts how long it took and how it ended.</summary>
    public static async Task<T> RequestAsync<T>(string teacher, TimeProvider time, Func<Task<T>> answer)
    {
        long since = time.GetTimestamp();
        string outcome = "failed";
        try
        {
            T result = await answer();
            outcome = "ok";
            return result;
        }
        catch (OperationCanceledException)
        {
            outcome = "cancelled";
            throw;
        }
        catch (KdException e)
        {
            // KD1306 and KD1311 are the silo's own failures; the other coded errors say that the request was wrong.
            outcome = e.Code is "KD1306" or "KD1311" ? "failed" : "refused";
            throw;
        }
        finally
        {
            s_request.Record(time.GetElapsedTime(since).TotalSeconds, new TagList { { "teacher", teacher }, { "outcome", outcome } });
        }
    }
}
