using System.Net;
using Microsoft.AspNetCore.Http;

namespace KdCluster.Cluster.Security;

/// <summary>Refuses to serve other machines without TLS and tokens, before anything is started.</summary>
internal static class ListeningCheck
{
    /// <exception cref="KdException"><c>KD1805</c>: it would; <c>KD1806</c>: a certificate is missing; <c>KD1605</c>: not an address.</exception>
    public static void Check(KdClusterOptions options)
    {
        List<KdError> errors = Certificates(options);
        errors.AddRange(Openings(options).Where(o => !o.Allowed).Select(o => new KdError("KD1805", $"the silo would {o.What}.", o.Where, o.Remedy)));
        if (errors.Count > 0)
        {
            throw new KdException(errors);
        }
    }

    /// <summary>What is open to other machines because a setting allows it, for the log.</summary>
    public static IEnumerable<(string Setting, string What, string Where)> Opened(KdClusterOptions options) => Openings(options).Where(o => o.Allowed).Select(o => (o.Setting, o.What, o.Where));

    /// <summary>All that other machines could use without TLS or without a token.</summary>
    private static IEnumerable<Opening> Openings(KdClusterOptions options)
    {
        SecurityOptions security = options.Security;
        foreach (BindingAddress address in Addresses($"{options.Url};{options.Dashboard}").Where(a => !IsLoopback(a)))
        {
            bool tls = IsTls(address);
            if (!tls || security.Tokens is null)
            {
                string lacks = tls ? "tokens" : security.Tokens is null ? "TLS and tokens" : "TLS";
                yield return new("insecure", security.Insecure, $"serve other machines without {lacks}", address.ToString(), "Give https, `cert`, `key` and `tokens` (docs/security.md), listen on 127.0.0.1, or set `insecure`.");
            }
        }

        // Probes and scrapers use neither TLS nor a token: the person who opens them to a network must confirm it.
        if (options.Metrics is { Length: > 0 } metrics && !OnLoopback(metrics))
        {
            yield return new(security.MetricsOpen ? "metrics-open" : "insecure", security.MetricsOpen || security.Insecure, "serve metrics and probes to other machines", metrics, "Keep it on 127.0.0.1, or set `metrics-open`.");
        }

        // For any other address silos listen on all of the machine's (OrleansClustering).
        if (options is { Clustered: true, SiloHost: not "127.0.0.1" } && !security.MutualTls)
        {
            yield return new("insecure", security.Insecure, "connect to other silos without TLS", $"silo-host {options.SiloHost}", "Give `cert`, `key` and `ca` (docs/security.md), or set `insecure`.");
        }
    }

    private static List<KdError> Certificates(KdClusterOptions options)
    {
        SecurityOptions security = options.Security;
        List<KdError> errors = [];
        if (security.Cert is null || security.Key is null)
        {
            errors.AddRange(Addresses($"{options.Url};{options.Dashboard}").Where(IsTls).Select(a => new KdError("KD1806", "https needs a certificate.", a.ToString(), "Give `cert` and `key`, both in PEM.")));
        }

        if ((security.Token ?? security.TokenFile) is not null && security.Ca is null && !security.Insecure)
        {
            errors.Add(new KdError("KD1806", "the silo has a token for other silos, but no `ca` to check them with.", "token", "Give `ca`: the token is sent only to servers with a certificate of it."));
        }

        if (security.InferenceTokenFile is not null && security.InferenceCa is null)
        {
            errors.Add(new KdError("KD1806", "the silo has a token for inference servers, but no `inference-ca` to check them with.", "inference-token-file", "Give `inference-ca`: the token is sent only to servers with a certificate of it."));
        }

        if (security.RequireClientCert && security.Ca is null)
        {
            errors.Add(new KdError("KD1806", "`require-client-cert` needs a `ca` that signs them.", "require-client-cert", "Give `ca`."));
        }

        return errors;
    }

    /// <summary>Whether only this machine reaches every address of a silo.</summary>
    public static bool OnLoopback(string url) => Addresses(url).All(IsLoopback);

    private static bool IsTls(BindingAddress address) => address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopback(BindingAddress address) => address.IsUnixPipe
        || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? ip) && IPAddress.IsLoopback(ip));

    private static BindingAddress[] Addresses(string url)
    {
        try
        {
            return [.. url.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(BindingAddress.Parse)];
        }
        catch (FormatException e)
        {
            throw new KdException("KD1605", $"the silo cannot listen: {e.Message}", url, "Write it as http://127.0.0.1:5200.", e);
        }
    }

    private sealed record Opening(string Setting, bool Allowed, string What, string Where, string Remedy);
}
