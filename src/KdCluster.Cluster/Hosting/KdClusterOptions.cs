using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster;

/// <summary>How one silo runs. <see cref="SiloSettings"/> says how each is named on the command line, in the environment and in a file.</summary>
public sealed record KdClusterOptions
{
    /// <summary>Folder of this silo alone: models, its embedded store, its lock. One silo at a time owns it. Default: <c>.kd</c> here.</summary>
    public string Home { get; set; } = ".kd";

    /// <summary>Folder that all silos of a cluster see: runs with their checkpoints, and the state of grains. Default: <see cref="Home"/>.</summary>
    public string? Shared { get; set; }

    /// <summary>Address to serve gRPC on; port 0 takes a free one. Default: a free port on loopback.</summary>
    public string Url { get; set; } = "http://127.0.0.1:0";

    /// <summary>The gRPC address by which other silos and clients reach this one. Default: <see cref="Url"/>.</summary>
    public string? Advertise { get; set; }

    /// <summary>What this silo does. Default: everything.</summary>
    public SiloRoles Roles { get; set; } = SiloRoles.All;

    /// <summary>Redis through which silos find one another, <c>redis://…</c>; null: this silo is the whole cluster.</summary>
    public string? Redis { get; set; }

    /// <summary>The cluster's name: silos with the same name and the same Redis are one cluster. Default: <c>kdcluster</c>.</summary>
    public string Cluster { get; set; } = "kdcluster";

    /// <summary>Name or number by which other silos reach this one for messages between silos. Default: loopback.</summary>
    public string SiloHost { get; set; } = "127.0.0.1";

    /// <summary>Port for messages between silos; 0 takes a free one. Default: 0.</summary>
    public int SiloPort { get; set; }

    /// <summary>Port to listen on for other silos where it is not <see cref="SiloPort"/>, as behind a proxy; 0: it is. Default: 0.</summary>
    public int SiloListen { get; set; }

    /// <summary>How often silos look after one another; one that fails three looks in a row is declared dead. Default: 1 s.</summary>
    public TimeSpan Probe { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Memory for teachers' models on this silo's device, in bytes. Default: half of the machine's memory on the CPU; on a GPU it must be given to be counted.</summary>
    public long? Memory { get; set; }

    /// <summary>Device for teachers that name none: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Default: <c>cpu</c>.</summary>
    public string Device { get; set; } = "cpu";

    /// <summary>Students that train at the same time, each on a separate thread. Default: one per core.</summary>
    public int Trainers { get; set; } = Environment.ProcessorCount;

    /// <summary>Teacher batches that one device computes at the same time. Default: one per core on the CPU, and one on a GPU.</summary>
    public int? Lanes { get; set; }

    /// <summary>Threads inside one tensor operation. Results are the same, bit for bit, only for the same number. Default: 1.</summary>
    public int TorchThreads { get; set; } = 1;

    /// <summary>Rows in one teacher batch; each batch is padded to it, so that a row's answer does not depend on its company. Default: 32 on the CPU, 256 on a GPU.</summary>
    public int? TeacherRows { get; set; }

    /// <summary>How long a row waits for others to fill its batch. Default: 5 ms.</summary>
    public TimeSpan Linger { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a teacher's rows must hardly wait before one of its replicas is taken away, where their number follows the load. Default: 60 s.</summary>
    public TimeSpan ScaleCalm { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The store that this silo's teachers write to: <c>local</c>, <c>redis://…</c> or <c>none</c>. Default: <see cref="Redis"/> where there is one, else <c>local</c>.</summary>
    public string? Store { get; set; }

    /// <summary>Address for <c>/metrics</c>, <c>/livez</c> and <c>/readyz</c> (HTTP/1, no TLS, read only), such as <c>http://127.0.0.1:9464</c>; port 0 takes a free one. Default: none.</summary>
    public string? Metrics { get; set; }

    /// <summary>Address for Orleans' dashboard, at <c>/dashboard</c>, for operators; https needs a certificate. All silos of a cluster have one, or none. Default: none.</summary>
    public string? Dashboard { get; set; }

    /// <summary>How the log is written. Default: text.</summary>
    public LogFormat LogFormat { get; set; } = LogFormat.Text;

    /// <summary>What is logged. Default: what the host says.</summary>
    public LogLevel? LogLevel { get; set; }

    /// <summary>Whether runs that an earlier process left unfinished continue at the start. Default: false; they are marked as interrupted. In a cluster of several silos runs always continue.</summary>
    public bool ResumeOnStart { get; set; }

    /// <summary>Who may do what with it. Default: it trusts everyone who reaches it, and only this machine does.</summary>
    public SecurityOptions Security { get; set; } = new();

    /// <summary>Whether silos find one another through Redis.</summary>
    public bool Clustered => Redis is not null;

    /// <summary><see cref="Store"/>, or what stands for it when it is not given.</summary>
    public string EffectiveStore => Store ?? Redis ?? "local";

    /// <summary>Without the addresses of stores, which may hold passwords.</summary>
    public override string ToString() => $"silo {Url}, home {Home}, security {Security}";

    /// <summary><see cref="Shared"/>, or what stands for it when it is not given; absolute.</summary>
    public string SharedFolder => Path.GetFullPath(Shared ?? Home);
}
