using System.Globalization;
using KdCluster.Cluster.Security;

namespace KdCluster.Cluster;

/// <summary>Every setting of a silo, once: the command line, the environment, files and <c>docs/settings.md</c> are made of this list.</summary>
public static class SiloSettings
{
    /// <summary>In the order of the help.</summary>
    public static IReadOnlyList<SiloSetting> All { get; } =
    [
        new("url", "URL", "Where to serve gRPC; port 0 takes a free one. Default: http://127.0.0.1:5200", (o, v) => o with { Url = Url(v) }) { Lasting = true },
        new("advertise", "URL", "The gRPC address by which others reach this silo. Default: that of --url", (o, v) => o with { Advertise = Url(v) }) { Lasting = true },
        new("home", "FOLDER", "This silo's own folder: models, embedded store. Default: ./.kd", (o, v) => o with { Home = v }),
        new("shared", "FOLDER", "Folder that all silos see: runs, checkpoints, state of grains. Default: that of --home", (o, v) => o with { Shared = v }),
        new("roles", "ROLES", "What this silo does: any of teacher,trainer,gateway. Default: all", (o, v) => o with { Roles = Roles(v) }) { Lasting = true },
        new("redis", "ADDRESS", "Redis through which silos find one another: redis://[user:password@]host[:port][/db]. Default: none, this silo is alone", (o, v) => o with { Redis = v }) { Lasting = true },
        new("cluster", "NAME", "The cluster's name; silos with the same name and Redis are one. Default: kdcluster", (o, v) => o with { Cluster = Name(v) }) { Lasting = true },
        new("silo-host", "HOST", "Name or number by which other silos reach this one. Default: 127.0.0.1", (o, v) => o with { SiloHost = v }) { Lasting = true },
        new("silo-port", "PORT", "Port for messages between silos; 0 takes a free one. Default: 0", (o, v) => o with { SiloPort = Whole(v, 0, 65535) }) { Lasting = true },
        new("silo-listen", "PORT", "Port to listen on for other silos where they call another one, as behind a proxy. Default: that of --silo-port", (o, v) => o with { SiloListen = Whole(v, 1, 65535) }) { Lasting = true },
        new("probe", "SECONDS", "How often silos look after one another; after three misses a silo is declared dead. Default: 1", (o, v) => o with { Probe = Seconds(v, 0.1) }) { Lasting = true },
        new("store", "STORE", "Where teachers keep soft targets: local, redis://host:port or none. Default: the Redis of the cluster, else local", (o, v) => o with { Store = v }),
        new("device", "DEVICE", "cpu, cuda or cuda:N. Default: cpu", (o, v) => o with { Device = v }),
        new("memory", "GIB", "Memory for teachers' models on the device. Default: half of the machine's on the CPU, not counted on a GPU", (o, v) => o with { Memory = (long)(Number(v, 0.001) * (1L << 30)) }),
        new("trainers", "N", "Students that train at the same time. Default: one per core", (o, v) => o with { Trainers = Whole(v, 1, 1024) }),
        new("lanes", "N", "Teacher batches that the device computes at the same time. Default: one per core, one on a GPU", (o, v) => o with { Lanes = Whole(v, 1, 1024) }),
        new("teacher-rows", "N", "Rows in one teacher batch. Default: 32, 256 on a GPU", (o, v) => o with { TeacherRows = Whole(v, 1, 65536) }),
        new("linger", "SECONDS", "How long a row waits for others to fill its batch. Default: 0.005", (o, v) => o with { Linger = Seconds(v, 0) }),
        new("scale-calm", "SECONDS", "How long a teacher's rows must hardly wait before one of its replicas is taken away, where their number follows the load. Default: 60", (o, v) => o with { ScaleCalm = Seconds(v, 0) }),
        new("torch-threads", "N", "Threads inside one tensor operation; a student's bytes depend on it. Default: 1", (o, v) => o with { TorchThreads = Whole(v, 1, 1024) }),
        new("metrics", "URL", "Serve /metrics, /livez and /readyz here, such as http://127.0.0.1:9464. Default: nowhere", (o, v) => o with { Metrics = Url(v) }),
        new("dashboard", "URL", "Serve Orleans' dashboard here, to operators, such as http://127.0.0.1:5300; all silos of a cluster or none. Default: nowhere", (o, v) => o with { Dashboard = Url(v) }),
        new("log-format", "FORMAT", "How the log is written: text or json, one object a line. Default: text", (o, v) => o with { LogFormat = LogWords.Format(v) }),
        new("log-level", "LEVEL", "What is logged: error, warning, information or debug. Default: error, and information with --verbose", (o, v) => o with { LogLevel = LogWords.Level(v) }),
        .. SecuritySettings.All,
        new("resume", null, "A silo that is alone: go on with the runs that an earlier one of this home left unfinished", (o, v) => o with { ResumeOnStart = Switch(v) }) { Lasting = true },
    ];

    /// <summary>Reads all settings; every mistake at once.</summary>
    /// <param name="options">What holds where nothing is said.</param>
    /// <param name="sources">From the strongest to the weakest: gives a setting's value, or null, and where it is written.</param>
    /// <exception cref="KdException"><c>KD1606</c>: values that are none; <c>KD1607</c>: settings that contradict each other.</exception>
    public static KdClusterOptions Read(KdClusterOptions options, params IReadOnlyList<Func<SiloSetting, (string? Value, string Where)>> sources)
    {
        List<KdError> errors = [];
        foreach (SiloSetting setting in All)
        {
            (string? value, string where) = sources.Select(s => s(setting)).FirstOrDefault(found => !string.IsNullOrEmpty(found.Value));
            if (value is null)
            {
                continue;
            }

            try
            {
                options = setting.Apply(options, value);
            }
            catch (FormatException e)
            {
                errors.Add(new KdError("KD1606", $"a setting's value is wrong: {e.Message}", where, $"{setting.Name}: {setting.Summary}."));
            }
        }

        return errors.Count == 0 ? SiloSettingRules.Checked(options) : throw new KdException(errors);
    }

    private static string Url(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri.AbsolutePath == "/"
        ? text.TrimEnd('/')
        : throw new FormatException($"'{text}' is not http://host:port or https://host:port.");

    private static string Name(string text) => text.Length <= 60 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? text
        : throw new FormatException($"'{text}' is not up to 60 letters, digits, dots, dashes and underscores.");

    private static SiloRoles Roles(string text)
    {
        SiloRoles roles = 0;
        foreach (string word in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            roles |= word switch
            {
                "teacher" => SiloRoles.Teacher,
                "trainer" => SiloRoles.Trainer,
                "gateway" => SiloRoles.Gateway,
                "all" => SiloRoles.All,
                _ => throw new FormatException($"'{word}' is none of teacher, trainer, gateway and all."),
            };
        }

        return roles == 0 ? throw new FormatException("no role is named.") : roles;
    }

    private static int Whole(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new FormatException($"'{text}' is not a whole number from {least} to {most}.");

    private static double Number(string text, double least) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= least && number < 1e6
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a number from {least} on."));

    private static TimeSpan Seconds(string text, double least) => TimeSpan.FromSeconds(Number(text, least));

    private static bool Switch(string text) => text is "true" or "1" or "yes" || (text is "false" or "0" or "no" ? false : throw new FormatException($"'{text}' is neither true nor false."));
}
