using static KdCluster.Cluster.SettingValues;

namespace KdCluster.Cluster.Security;

/// <summary>The settings of <see cref="SecurityOptions"/>.</summary>
internal static class SecuritySettings
{
    public static IReadOnlyList<SiloSetting> All { get; } =
    [
        Setting("tokens", "FILE", "File of the API tokens that callers must send (kd token create). Default: none, everyone may do everything", (s, v) => s.Tokens = v) with { Lasting = true },
        Setting("token", "TOKEN", "The token that this silo sends to other silos; needs ca. Set it in the environment: other users can see command lines. Default: none", (s, v) => s.Token = v),
        Setting("token-file", "FILE", "File with this token instead; read again when it changes. Default: none", (s, v) => s.TokenFile = v),
        Setting("cert", "FILE", "PEM file of this silo's certificate and those that signed it, for https and between silos. Default: none", (s, v) => s.Cert = v),
        Setting("key", "FILE", "PEM file of the certificate's key", (s, v) => s.Key = v),
        Setting("ca", "FILE", "PEM file of the cluster's authorities: other silos must have a certificate of one of them. Default: the machine's", (s, v) => s.Ca = v),
        Setting("inference-ca", "FILE", "PEM file of the authorities for inference servers (oips://). Default: the machine's", (s, v) => s.InferenceCa = v),
        Setting("inference-token-file", "FILE", "File with the token for inference servers; it is sent only to servers with a certificate of inference-ca. Default: none", (s, v) => s.InferenceTokenFile = v),
        Setting("require-client-cert", null, "Clients must also have a certificate of ca", (s, v) => s.RequireClientCert = Switch(v)) with { Lasting = true },
        Setting("data-roots", "FOLDERS", "Folders for the data and checkpoints that clients name, separated by commas. Default: home, shared and KD_DATA; on 127.0.0.1 without tokens the whole disk", (s, v) => s.DataRoots = Folders(v)) with { Several = true },
        Setting("insecure", null, "Serve other machines without TLS and tokens: everyone who reaches this silo may use it", (s, v) => s.Insecure = Switch(v)) with { Formerly = "anyone who reaches this silo may use it" },
        Setting("metrics-open", null, "Serve metrics and probes to other machines: everyone who reaches that port may read them", (s, v) => s.MetricsOpen = Switch(v)) with { Formerly = "anyone who reaches this port may read the metrics" },
    ];

    private static SiloSetting Setting(string name, string? value, string summary, Action<SecurityOptions, string> apply) =>
        new(name, value, summary, (o, v) => apply(o.Security, v));
}
