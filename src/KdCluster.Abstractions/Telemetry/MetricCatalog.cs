using System.Text;

namespace KdCluster.Telemetry;

/// <summary>Every metric of KdCluster. Instruments are made from these entries, and the table of <c>docs/operate.md</c> too.</summary>
public static class MetricCatalog
{
    /// <summary>Rows that a teacher computed.</summary>
    public static readonly MetricEntry TeacherRows = new("kdcluster.teacher.rows", MetricKind.Counter, "{row}", "Rows that teachers computed.", "teacher");

    /// <summary>Forward passes.</summary>
    public static readonly MetricEntry TeacherBatchDuration = Seconds("kdcluster.teacher.batch.duration", "Time of one forward pass, including the encoding of its rows.", "teacher");

    /// <summary>How full batches are.</summary>
    public static readonly MetricEntry TeacherBatchRows = new("kdcluster.teacher.batch.rows", MetricKind.Histogram, "{row}", "Rows in a teacher's batch. Small values mean that batches are not full.", "teacher") { Buckets = MetricBuckets.Rows };

    /// <summary>Requests.</summary>
    public static readonly MetricEntry TeacherRequestDuration = Seconds("kdcluster.teacher.request.duration", "Time from a request for soft targets to its answer. outcome is ok, refused, failed or cancelled.", "teacher", "outcome");

    /// <summary>Waiting rows.</summary>
    public static readonly MetricEntry TeacherQueueRows = new("kdcluster.teacher.queue.rows", MetricKind.Gauge, "{row}", "Rows that wait for a batch.", "teacher");

    /// <summary>Waiting time.</summary>
    public static readonly MetricEntry TeacherQueueDuration = Seconds("kdcluster.teacher.queue.duration", "How long the first row of a batch had waited when its forward pass began.", "teacher");

    /// <summary>Teachers on the silo's devices.</summary>
    public static readonly MetricEntry TeacherLoaded = new("kdcluster.teacher.loaded", MetricKind.Gauge, "{teacher}", "1 while a teacher is on a device of this silo, else no series.", "teacher", "device");

    /// <summary>Attempts of requests.</summary>
    public static readonly MetricEntry TeacherAttempts = new("kdcluster.teacher.attempts", MetricKind.Counter, "{attempt}", "Requests of runs on this silo to a replica. kind is first, again (after a failure, or while a replica is avoided) or hedge (the first is late).", "teacher", "kind");

    /// <summary>Replicas that are avoided.</summary>
    public static readonly MetricEntry TeacherAvoided = new("kdcluster.teacher.avoided", MetricKind.Counter, "{replica}", "Times that runs on this silo began to avoid a replica, by reason.", "teacher", "reason");

    /// <summary>Students that train.</summary>
    public static readonly MetricEntry StudentActive = new("kdcluster.student.active", MetricKind.Gauge, "{student}", "Students that train on this silo.");

    /// <summary>Students that wait.</summary>
    public static readonly MetricEntry StudentWaiting = new("kdcluster.student.waiting", MetricKind.Gauge, "{student}", "Students that wait for a free trainer thread on any silo, in the runs whose grain is on this silo.");

    /// <summary>Steps.</summary>
    public static readonly MetricEntry StudentStepDuration = Seconds("kdcluster.student.step.duration", "Time of one training step, including the wait for soft targets.", "stage");

    /// <summary>Rows learnt from.</summary>
    public static readonly MetricEntry StudentRows = new("kdcluster.student.rows", MetricKind.Counter, "{row}", "Rows that students were trained on.");

    /// <summary>Waiting of students.</summary>
    public static readonly MetricEntry StudentStall = new("kdcluster.student.stall.duration", MetricKind.Counter, "s", "Time that students waited for soft targets.");

    /// <summary>Checkpoints.</summary>
    public static readonly MetricEntry StudentCheckpointDuration = Seconds("kdcluster.student.checkpoint.duration", "Time to write one checkpoint of a training and flush it to disk.");

    /// <summary>Policies lost.</summary>
    public static readonly MetricEntry StudentPolicyLosses = new("kdcluster.student.policy.losses", MetricKind.Counter, "{loss}", "Times that the grain of a student's policy was lost while it trained here, and both went back to the last checkpoint.");

    /// <summary>Runs.</summary>
    public static readonly MetricEntry RunActive = new("kdcluster.run.active", MetricKind.Gauge, "{run}", "Runs whose data are on this silo: prepared, training or reporting.");

    /// <summary>Ends of runs.</summary>
    public static readonly MetricEntry RunEnded = new("kdcluster.run.ended", MetricKind.Counter, "{run}", "Runs that ended on this silo. state is succeeded, failed, cancelled or interrupted.", "state");

    /// <summary>Rows the store had.</summary>
    public static readonly MetricEntry StoreHits = new("kdcluster.store.hits", MetricKind.Counter, "{row}", "Rows that were asked for and found in the store.", "store");

    /// <summary>Rows it had not.</summary>
    public static readonly MetricEntry StoreMisses = new("kdcluster.store.misses", MetricKind.Counter, "{row}", "Rows that were asked for and not found in the store.", "store");

    /// <summary>Damaged rows.</summary>
    public static readonly MetricEntry StoreDamaged = new("kdcluster.store.damaged", MetricKind.Counter, "{row}", "Damaged rows. Each counted as a miss and never gave a wrong number.", "store");

    /// <summary>Rows not kept.</summary>
    public static readonly MetricEntry StoreDropped = new("kdcluster.store.dropped", MetricKind.Counter, "{row}", "Rows that were not kept because the store could not be written.", "store");

    /// <summary>Times the store stopped working.</summary>
    public static readonly MetricEntry StoreOutages = new("kdcluster.store.outages", MetricKind.Counter, "{outage}", "Times that the store stopped working. Runs then continue with their teachers.", "store");

    /// <summary>Reading of a store.</summary>
    public static readonly MetricEntry StoreGetDuration = Seconds("kdcluster.store.get.duration", "Time to read the rows of one fetch of a run from the store.");

    /// <summary>Fetched bytes.</summary>
    public static readonly MetricEntry Transferred = new("kdcluster.soft_targets.transferred", MetricKind.Counter, "By", "Encoded soft targets that runs fetched. source is store or teacher.", "source");

    /// <summary>Calls.</summary>
    public static readonly MetricEntry RpcDuration = Seconds("kdcluster.rpc.duration", "Time of a gRPC call that this silo served; for a stream, its whole duration.", "method", "code");

    /// <summary>Calls under way.</summary>
    public static readonly MetricEntry RpcActive = new("kdcluster.rpc.active", MetricKind.Gauge, "{call}", "gRPC calls that this silo is serving.", "method");

    /// <summary>Readiness.</summary>
    public static readonly MetricEntry SiloReady = new("kdcluster.silo.ready", MetricKind.Gauge, "1", "1 when work may be sent to this silo, else 0.");

    /// <summary>What a silo does without.</summary>
    public static readonly MetricEntry SiloDegraded = new("kdcluster.silo.degraded", MetricKind.Gauge, "1", "1 when this silo serves without its store or the cluster's Redis, else 0.", "part");

    /// <summary>Age of the silo.</summary>
    public static readonly MetricEntry SiloUptime = new("kdcluster.silo.uptime", MetricKind.Gauge, "s", "Time since the silo started.");

    /// <summary>The version.</summary>
    public static readonly MetricEntry SiloInfo = new("kdcluster.silo.info", MetricKind.Gauge, "1", "Always 1. The labels say which versions run.", "version", "orleans", "torch");

    /// <summary>All, in the order of the page.</summary>
    public static IReadOnlyList<MetricEntry> All { get; } =
    [
        TeacherLoaded, TeacherRows, TeacherBatchDuration, TeacherBatchRows, TeacherRequestDuration, TeacherQueueRows, TeacherQueueDuration,
        TeacherAttempts, TeacherAvoided,
        StudentActive, StudentWaiting, StudentStepDuration, StudentRows, StudentStall, StudentCheckpointDuration, StudentPolicyLosses,
        RunActive, RunEnded,
        StoreHits, StoreMisses, StoreDamaged, StoreDropped, StoreOutages, StoreGetDuration, Transferred,
        RpcDuration, RpcActive,
        SiloReady, SiloDegraded, SiloUptime, SiloInfo,
    ];

    /// <summary>The table of the operator's page.</summary>
    public static string Generate()
    {
        StringBuilder text = new("| metric | kind | unit | attributes | what |\n| --- | --- | --- | --- | --- |\n");
        foreach (MetricEntry entry in All)
        {
            string attributes = string.Join(", ", entry.Attributes.Select(a => $"`{a}`"));
            text.Append($"| `{entry.Name}` | {entry.Kind.ToString().ToLowerInvariant()} | `{entry.Unit}` | {attributes} | {entry.Description} |\n");
        }

        return text.ToString();
    }

    private static MetricEntry Seconds(string name, string description, params string[] attributes) =>
        new(name, MetricKind.Histogram, "s", description, attributes) { Buckets = MetricBuckets.Seconds };
}
