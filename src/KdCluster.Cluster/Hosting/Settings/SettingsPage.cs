using System.Text;

namespace KdCluster.Cluster;

/// <summary>The page <c>docs/settings.md</c>.</summary>
internal static class SettingsPage
{
    public static string Generate()
    {
        StringBuilder text = new("""
            # Settings of a silo

            Each can be given on the command line of `kd silo`, in the environment, or in `appsettings.json` (another file with `--config FILE` or `KD_CONFIG`). The command line beats the
            environment, which beats the file. A variable with `_FILE` behind its name, such as `KD_REDIS_FILE`, names a file that holds the value. A wrong value is `KD1606` and says where it is written; all mistakes are reported at once, before anything starts.

            The silo inside another command, such as `kd run start` where no silo runs, takes the same settings from the environment and the file, save those marked *kd silo only*: it
            lasts as long as the command, is alone, and listens on a free port of this machine. A command that starts such a silo says which settings it passes over. Where `redis` is
            set it starts none (`KD1607`): name a silo of the cluster with `--silo` or `KD_SILO`.

            | command line | environment | file | meaning |
            | --- | --- | --- | --- |

            """);
        foreach (SiloSetting s in SiloSettings.All)
        {
            text.Append($"| `--{s.Name}{(s.Value is null ? "" : $" {s.Value}")}` | `{s.Variable}` | `{s.Key}` | {s.Summary}{(s.Lasting ? ". *kd silo only*" : "")} |\n");
        }

        return text.ToString();
    }
}
