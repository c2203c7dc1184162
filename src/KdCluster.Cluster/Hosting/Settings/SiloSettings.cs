using KdCluster.Cluster.Security;
using static KdCluster.Cluster.SettingValues;

namespace KdCluster.Cluster;

/// <summary>Every setting of a silo, once: the command line, the environment, files and <c>docs/settings.md</c> are made of this list.</summary>
public static class SiloSettings
{
    /// <summary>Where they stand in a configuration.</summary>
    public const string Section = "KdCluster";

    /// <summary>In the order of the help.</summary>
    public static IReadOnlyList<SiloSetting> All { get; } =
    [
        new("url", "URL", "Address to serve gRPC on; port 0: a free port. Default: http://127.0.0.1:5200", (o, v) => o.Url = Url(v)) { Lasting = true },
        new("advertise", "URL", "The gRPC address at which others reach this silo. Default: that of --url", (o, v) => o.Advertise = Url(v)) { Lasting = true },
        new("home", "FOLDER", "Folder of this silo only: models, local store. Default: ./.kd", (o, v) => o.Home = v),
        new("shared", "FOLDER", "Folder that all silos see: runs, checkpoints, state of grains. Default: that of --home", (o, v) => o.Shared = v),
        new("roles", "ROLES", "What this silo does: any of teacher,trainer,gateway. Default: all", (o, v) => o.Roles = Roles(v)) { Lasting = true, Several = true },
        new("redis", "ADDRESS", "Redis through which silos find one another: redis://[user:password@]host[:port][/db]. Default: none, a single silo", (o, v) => o.Redis = v) { Lasting = true },
        new("cluster", "NAME", "Name of the cluster; silos with the same name and Redis form one cluster. Default: kdcluster", (o, v) => o.Cluster = Name(v)) { Lasting = true },
        new("silo-host", "HOST", "Host name or IP address at which other silos reach this one. Default: 127.0.0.1", (o, v) => o.SiloHost = v) { Lasting = true },
        new("silo-port", "PORT", "Port for messages between silos; 0: a free port. Default: 0", (o, v) => o.SiloPort = Whole(v, 0, 65535)) { Lasting = true },
        new("silo-listen", "PORT", "Port to listen on for other silos if it differs from the one that they call, as behind a proxy. Default: that of --silo-port", (o, v) => o.SiloListen = Whole(v, 1, 65535)) { Lasting = true },
        new("probe", "SECONDS", "Time between two probes of another silo; after three missed probes a silo is declared dead. Default: 1", (o, v) => o.Probe = Seconds(v, 0.1)) { Lasting = true },
        new("store", "STORE", "Where teachers keep soft targets: local, redis://host:port or none. Default: the Redis of the cluster, else local", (o, v) => o.Store = v),
        new("device", "DEVICE", "cpu, cuda or cuda:N. Default: cpu", (o, v) => o.Device = v),
        new("memory", "GIB", "Memory for teachers' models on the device. Default: on the CPU half of the machine's memory; on a GPU it is not counted", (o, v) => o.Memory = (long)(Number(v, 0.001) * (1L << 30))),
        new("trainers", "N", "Number of students that train at the same time. Default: one per core", (o, v) => o.Trainers = Whole(v, 1, 1024)),
        new("lanes", "N", "Number of teacher batches that the device computes at the same time. Default: one per core, one on a GPU", (o, v) => o.Lanes = Whole(v, 1, 1024)),
        new("teacher-rows", "N", "Rows in one teacher batch. Default: 32, 256 on a GPU", (o, v) => o.TeacherRows = Whole(v, 1, 65536)),
        new("linger", "SECONDS", "How long a row waits for other rows to fill its batch. Default: 0.005", (o, v) => o.Linger = Seconds(v, 0)),
        new("scale-calm", "SECONDS", "When the number of replicas follows the load: how long rows must hardly wait before a replica is removed. Default: 60", (o, v) => o.ScaleCalm = Seconds(v, 0)),
        new("torch-threads", "N", "Threads in one tensor operation; a student's bytes depend on it. Default: 1", (o, v) => o.TorchThreads = Whole(v, 1, 1024)),
        new("metrics", "URL", "Address for /metrics, /livez and /readyz, such as http://127.0.0.1:9464. Default: not served", (o, v) => o.Metrics = Url(v)),
        new("dashboard", "URL", "Address for Orleans' dashboard, for operators, such as http://127.0.0.1:5300; set it on all silos of a cluster or on none. Default: not served", (o, v) => o.Dashboard = Url(v)),
        new("log-format", "FORMAT", "Format of the log: text, or json with one object per line. Default: text", (o, v) => o.LogFormat = Format(v)),
        new("log-level", "LEVEL", "Lowest level that is logged: error, warning, information or debug. Default: error, with --verbose information", (o, v) => o.LogLevel = Level(v)),
        .. SecuritySettings.All,
        new("resume", null, "For a single silo: continue the runs that an earlier silo with this home left unfinished", (o, v) => o.ResumeOnStart = Switch(v)) { Lasting = true },
    ];
}
