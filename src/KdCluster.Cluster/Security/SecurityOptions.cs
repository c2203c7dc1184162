namespace KdCluster.Cluster;

/// <summary>Who may do what with a silo. By default it trusts everyone who reaches it, and only this machine does.</summary>
public sealed record SecurityOptions
{
    /// <summary>File of API tokens (<c>kd token create</c>); it is read again when it changes. Default: none, and every caller may do everything.</summary>
    public string? Tokens { get; set; }

    /// <summary>The token that this silo shows to others whose teachers it asks. Needs <see cref="Ca"/>: it is shown to servers that hold a certificate of it alone. Default: none.</summary>
    public string? Token { get; set; }

    /// <summary>File that holds <see cref="Token"/> instead; it is read again when it changes. Default: none.</summary>
    public string? TokenFile { get; set; }

    /// <summary>File of this silo's certificate and those that signed it, PEM. It is read again when it changes, as are <see cref="Key"/> and <see cref="Ca"/>. Default: none, and no TLS.</summary>
    public string? Cert { get; set; }

    /// <summary>File of the certificate's private key, PEM.</summary>
    public string? Key { get; set; }

    /// <summary>File of the certificates that the cluster trusts, PEM: for other silos, and for clients where they must have one. Default: those of the machine; silos of one cluster need it.</summary>
    public string? Ca { get; set; }

    /// <summary>File of the certificates that inference servers (<c>oips://</c>) must have been signed by, PEM. Default: those of the machine.</summary>
    public string? InferenceCa { get; set; }

    /// <summary>File of the token that is shown to inference servers, over TLS to those with a certificate of <see cref="InferenceCa"/> alone; read again when it changes. Default: none.</summary>
    public string? InferenceTokenFile { get; set; }

    /// <summary>Whether clients must have a certificate of <see cref="Ca"/> as well. Default: false.</summary>
    public bool RequireClientCert { get; set; }

    /// <summary>
    /// Folders in which data and checkpoints that clients name may lie. Default: the home, the shared folder and <c>KD_DATA</c>; the whole disk where the
    /// silo listens on this machine alone, without tokens.
    /// </summary>
    public IReadOnlyList<string> DataRoots { get; set; } = [];

    /// <summary>Whether to listen to other machines without TLS and tokens. Everyone who reaches the silo may use it then, and its token goes to silos whose certificate nobody checks. Default: false.</summary>
    public bool Insecure { get; set; }

    /// <summary>Whether to serve metrics and probes to other machines: plain HTTP, without a token. Default: false.</summary>
    public bool MetricsOpen { get; set; }

    /// <summary>Whether silos know one another by certificates of <see cref="Ca"/>.</summary>
    internal bool MutualTls => this is { Cert: not null, Key: not null, Ca: not null };

    /// <summary>Without the token.</summary>
    public override string ToString() => $"tokens {Tokens}, cert {Cert}, ca {Ca}, data-roots {string.Join(',', DataRoots)}";
}
