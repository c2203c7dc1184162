using KdCluster.Cluster.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster;

/// <summary>How security enters a host.</summary>
internal static class SecurityHosting
{
    /// <summary>Adds tokens, limits, certificates and path roots. The caller has checked where it listens (<see cref="ListeningCheck"/>).</summary>
    public static IServiceCollection AddKdSecurity(this IServiceCollection services, KdClusterOptions options)
    {
        services.AddSingleton<AccessControl>();
        // The core alone: what comes with cookies keeps keys in the user's folder.
        services.AddAuthenticationCore(o =>
        {
            o.DefaultScheme = TokenAuthentication.Name;
            o.AddScheme<TokenAuthentication>(TokenAuthentication.Name, null);
        });
        services.AddWebEncoders();
        RolePolicies.Add(services);
        services.AddSingleton<RowLimits>();
        services.AddSingleton<RunAdmission>();
        services.AddSingleton<LimitInterceptor>();
        services.AddSingleton<PeerAccess>();
        services.AddSingleton(Roots(options));
        services.AddSingleton(s => new SiloCertificates(options.Security, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<SiloCertificates>>()));
        return services;
    }

    /// <summary>Puts the check of tokens before every page and method that is mapped.</summary>
    public static IApplicationBuilder UseKdSecurity(this IApplicationBuilder app) => app.UseAuthentication().UseAuthorization().UseMiddleware<UnreadMessageMiddleware>();

    private static PathRoots Roots(KdClusterOptions options)
    {
        SecurityOptions security = options.Security;
        string?[] secret = [security.Tokens, security.Key, security.TokenFile, security.InferenceTokenFile];
        if (security.DataRoots.Count > 0)
        {
            return new PathRoots(security.DataRoots, secret);
        }

        bool alone = security.Tokens is null && ListeningCheck.OnLoopback(options.Url);
        string?[] roots = [options.Home, options.SharedFolder, Environment.GetEnvironmentVariable("KD_DATA")];
        return new PathRoots(alone ? null : roots.Where(r => !string.IsNullOrEmpty(r)).OfType<string>(), secret);
    }
}
