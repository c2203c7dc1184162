using static KdCluster.Cluster.SettingValues;

namespace KdCluster.Cluster.Security;

/// <summary>The settings of <see cref="SecurityOptions"/>.</summary>
internal static class SecuritySettings
{
    public static IReadOnlyList<SiloSetting> All { get; } =
    [
        Setting("tokens", "FILE", "API tokens that callers must show (kd token create). Default: none, everyone may do everything", (s, v) => s.Tokens = v) with { Lasting = true },
        Setting("token", "TOKEN", "The token that this silo shows to others; needs ca. Best in the environment: command lines are seen by all. Default: none", (s, v) => s.Token = v),
        Setting("token-file", "FILE", "File that holds it instead, read again when it changes. Default: none", (s, v) => s.TokenFile = v),
        Setting("cert", "FILE", "This silo's certificate, and those that signed it, PEM; for https and between silos. Default: none", (s, v) => s.Cert = v),
        Setting("key", "FILE", "The certificate's key, PEM", (s, v) => s.Key = v),
        Setting("ca", "FILE", "Certificates that sign for the cluster, PEM: other silos must have one of theirs. Default: the machine's", (s, v) => s.Ca = v),
        Setting("inference-ca", "FILE", "Certificates that sign for inference servers (oips://), PEM. Default: the machine's", (s, v) => s.InferenceCa = v),
        Setting("inference-token-file", "FILE", "File of the token for inference servers, shown to those with a certificate of inference-ca alone. Default: none", (s, v) => s.InferenceTokenFile = v),
        Setting("require-client-cert", null, "Clients must have a certificate of ca too", (s, v) => s.RequireClientCert = Switch(v)) with { Lasting = true },
        Setting("data-roots", "FOLDERS", "Folders, with commas between, in which data and checkpoints that clients name may lie. Default: home, shared and KD_DATA; on 127.0.0.1 without tokens the whole disk", (s, v) => s.DataRoots = Folders(v)) with { Several = true },
        Setting("insecure", null, "Serve other machines without TLS and tokens: everyone who reaches this silo may use it", (s, v) => s.Insecure = Switch(v)) with { Formerly = "anyone who reaches this silo may use it" },
        Setting("metrics-open", null, "Serve metrics and probes to other machines: everyone who reaches that port may read them", (s, v) => s.MetricsOpen = Switch(v)) with { Formerly = "anyone who reaches this port may read the metrics" },
    ];

    private static SiloSetting Setting(string name, string? value, string summary, Action<SecurityOptions, string> apply) =>
        new(name, value, summary, (o, v) => apply(o.Security, v));
}
