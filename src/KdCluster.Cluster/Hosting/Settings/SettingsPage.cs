using System.Text;

namespace KdCluster.Cluster;

/// <summary>The page <c>docs/settings.md</c>.</summary>
internal static class SettingsPage
{
    public static string Generate()
    {
        StringBuilder text = new("""
            # Settings of a silo

            Each can be given on the command line of `kd silo`, in the environment, or in a file. The command line beats the environment, which beats the file.

            - A value in the environment may also be in a file: `KD_REDIS_FILE` names one that holds the value of `KD_REDIS`.
            - The file is `appsettings.json` in the current folder, or the one that `--config FILE` or `KD_CONFIG` names. An `appsettings.json` that is not named and has no
              section `KdCluster` belongs to another program, and is not read. Lists may be arrays: `"DataRoots": ["/data", "/models"]`.
            - A wrong value is `KD1606` and says where it is written. So is a name that no setting has: a key of `KdCluster` in the file, another section of the file, a variable
              that begins with `KD_`. All mistakes are reported at once, before anything starts.

            Two sections of ASP.NET Core that a file may have:

            - `Logging` holds as .NET documents it, for levels: `"Logging": { "LogLevel": { "Orleans": "Debug" } }`, or `Logging__LogLevel__Orleans=Debug` in the environment. What it
              says of a category beats `log-level`; where `log-level` is set it beats `Logging:LogLevel:Default`. Other keys of `Logging` are `KD1606`: use `log-format`.
            - `Kestrel` is refused (`KD1606`), in the environment too: a silo listens where `url`, `dashboard` and `metrics` say, and nowhere else. `ASPNETCORE_URLS` and other
              variables that begin with `ASPNETCORE_` have no effect.

            When no silo runs, a command such as `kd run start` starts a silo in its own process. This silo uses the same settings from the environment and the file, except those marked
            *kd silo only*: it ends with the command, is a single silo, and listens on a free port of this machine. The command says which settings it ignores. When `redis` is set, the
            command does not start a silo (`KD1607`): name a silo of the cluster with `--silo` or `KD_SILO`.

            | command line | environment | file | meaning |
            | --- | --- | --- | --- |

            """);
        foreach (SiloSetting s in SiloSettings.All)
        {
            text.Append($"| `--{s.Name}{(s.Value is null ? "" : $" {s.Value}")}` | `{s.Variable}` | `{s.Key}` | {s.Summary}{(s.Lasting ? ". *kd silo only*" : "")} |\n");
        }

        text.Append("""

            Other variables that begin with `KD_`:

            | environment | meaning |
            | --- | --- |

            """);
        foreach ((string name, string summary) in OtherVariables.All)
        {
            text.Append($"| `{name}` | {summary} |\n");
        }

        return text.ToString();
    }
}
