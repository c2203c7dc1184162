using System.Net;
using Microsoft.AspNetCore.Http;

namespace KdCluster.Cluster.Security;

/// <summary>Refuses to serve other machines without TLS and tokens, before anything is started.</summary>
internal static class ListeningCheck
{
    /// <exception cref="KdException"><c>KD1805</c>: it would; <c>KD1605</c>: not an address.</exception>
    public static void Check(KdClusterOptions options)
    {
        SecurityOptions security = options.Security;
        List<KdError> errors = [];
        if (security.Insecure is { } words && words != SecurityOptions.InsecureWords)
        {
            errors.Add(new KdError("KD1805", "the setting `insecure` does not say that you know what it means.", "insecure", $"Write \"{SecurityOptions.InsecureWords}\", or leave it out."));
        }

        bool allowed = security.Insecure == SecurityOptions.InsecureWords;
        foreach (BindingAddress address in Addresses($"{options.Url};{options.Dashboard}"))
        {
            bool tls = address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase);
            if (tls && (security.Cert is null || security.Key is null))
            {
                errors.Add(new KdError("KD1806", "https needs a certificate.", address.ToString(), "Give `cert` and `key`, both in PEM."));
            }

            if (!allowed && !IsLoopback(address) && (!tls || security.Tokens is null))
            {
                string lacks = tls ? "tokens" : security.Tokens is null ? "TLS and tokens" : "TLS";
                errors.Add(new KdError(
                    "KD1805", $"the silo would serve other machines without {lacks}.", address.ToString(),
                    $"Give https, `cert`, `key` and `tokens` (docs/security.md), listen on 127.0.0.1, or say `--insecure \"{SecurityOptions.InsecureWords}\"`."));
            }
        }

        CheckMetrics(options, allowed, errors);
        // For any other address silos listen on all of the machine's (OrleansClustering).
        if (options is { Clustered: true, SiloHost: not "127.0.0.1" } && !security.MutualTls && !allowed)
        {
            errors.Add(new KdError(
                "KD1805", "the silo would connect to other silos without TLS.", $"silo-host {options.SiloHost}",
                $"Give `cert`, `key` and `ca` (docs/security.md), or say `--insecure \"{SecurityOptions.InsecureWords}\"`."));
        }

        if ((security.Token ?? security.TokenFile) is not null && security.Ca is null && !allowed)
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

        if (errors.Count > 0)
        {
            throw new KdException(errors);
        }
    }

    /// <summary>Metrics have neither TLS nor a token, since probes and scrapers do not use them: the person who opens them to a network must confirm it.</summary>
    private static void CheckMetrics(KdClusterOptions options, bool allowed, List<KdError> errors)
    {
        string? words = options.Security.MetricsOpen;
        string remedy = $"Keep it on 127.0.0.1, or say `--metrics-open \"{SecurityOptions.MetricsWords}\"`.";
        if (words is not null && words != SecurityOptions.MetricsWords)
        {
            errors.Add(new KdError("KD1805", "the setting `metrics-open` does not say that you know what it means.", "metrics-open", remedy));
        }
        else if (words is null && !allowed && options.Metrics is { Length: > 0 } metrics && !OnLoopback(metrics))
        {
            errors.Add(new KdError("KD1805", "metrics and probes would be served to other machines.", metrics, remedy));
        }
    }

    /// <summary>Whether only this machine reaches every address of a silo.</summary>
    public static bool OnLoopback(string url) => Addresses(url).All(IsLoopback);

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
}
