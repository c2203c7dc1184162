namespace KdCluster.Cluster;

/// <summary>How one silo runs.</summary>
public sealed record KdClusterOptions
{
    /// <summary>Folder that holds models, runs, soft targets and grain state. One silo at a time owns it. Default: <c>.kd</c> here.</summary>
    public string Home { get; init; } = ".kd";

    /// <summary>Address to serve gRPC on; port 0 takes a free one. Default: a free port on loopback.</summary>
    public string Url { get; init; } = "http://127.0.0.1:0";

    /// <summary>Device for teachers that name none: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Default: <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Students that train at the same time, each on a thread of its own. Default: one per core.</summary>
    public int Trainers { get; init; } = Environment.ProcessorCount;

    /// <summary>Teacher batches that one device computes at the same time. Default: one per core on the CPU, and one on a GPU.</summary>
    public int? Lanes { get; init; }

    /// <summary>Threads inside one tensor operation. Results are the same, bit for bit, only for the same number. Default: 1.</summary>
    public int TorchThreads { get; init; } = 1;

    /// <summary>Rows in one teacher batch; each batch is padded to it, so that a row's answer does not depend on its company. Default: 32 on the CPU, 256 on a GPU.</summary>
    public int? TeacherRows { get; init; }

    /// <summary>How long a row waits for others to fill its batch. Default: 5 ms.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The store that this silo's teachers write to: <c>local</c>, <c>redis://…</c> or <c>none</c>. Default: <c>local</c>.</summary>
    public string Store { get; init; } = "local";

    /// <summary>Address for <c>/metrics</c>, <c>/livez</c> and <c>/readyz</c> (HTTP/1, no TLS, read only), such as <c>http://127.0.0.1:9464</c>; port 0 takes a free one. Default: none.</summary>
    public string? Metrics { get; init; }

    /// <summary>Whether runs that a former process left unfinished go on at the start. Default: false; they are marked as interrupted.</summary>
    public bool ResumeOnStart { get; init; }

    /// <summary>Who may do what with it. Default: it trusts whoever reaches it, and only this machine does.</summary>
    public SecurityOptions Security { get; init; } = new();
}
