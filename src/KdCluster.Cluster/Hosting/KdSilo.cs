using KdCluster.Cluster.Hosting;
using KdCluster.Cluster.Security;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace KdCluster.Cluster;

/// <summary>A whole silo in this process: one home, one address.</summary>
public sealed class KdSilo : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HomeLock _home;
    private readonly Lazy<Task> _stopped;

    private KdSilo(WebApplication app, HomeLock home) => (_app, _home, _stopped) = (app, home, new Lazy<Task>(StopAsync));

    /// <summary>Where it listens, for <c>KdClient</c>.</summary>
    public string Address => _app.Urls.First();

    /// <summary>The silo's services, for a host that adds its own.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a silo and tells its home where it listens.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <param name="logLevel">What is logged, on standard error, where the options do not say. Default: warnings.</param>
    /// <param name="configuration">Its section <c>Logging</c> holds, below the environment's. Default: none.</param>
    /// <exception cref="KdException"><c>KD1606</c>: levels of the log that are none; <c>KD1804</c>, <c>KD1805</c>, <c>KD1806</c>: security; <c>KD1602</c>: another silo holds the home; <c>KD1402</c>, <c>KD1404</c>: the store; <c>KD1206</c>: the device; <c>KD1605</c>: the address.</exception>
    public static Task<KdSilo> StartAsync(KdClusterOptions options, CancellationToken cancellationToken = default, LogLevel logLevel = LogLevel.Warning, IConfiguration? configuration = null) =>
        StartAsync(options, _ => { }, logLevel, cancellationToken, configuration);

    /// <summary>Starts a silo in which some services are others, for those who measure the rest of it.</summary>
    internal static async Task<KdSilo> StartAsync(KdClusterOptions options, Action<IServiceCollection> replace, LogLevel logLevel, CancellationToken cancellationToken, IConfiguration? configuration = null)
    {
        ListeningCheck.Check(options);
        HomeLock home = HomeLock.Take(Path.GetFullPath(options.Home));
        try
        {
            options = Advertised(options);
            // Empty: an appsettings.json that lies here by chance, Kestrel's endpoints and ASPNETCORE_URLS would open ports that nobody checked.
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
            builder.Configuration.AddInMemoryCollection(configuration?.GetSection("Logging").AsEnumerable() ?? []).AddEnvironmentVariables();
            builder.Logging.UseKdLog(options, logLevel, builder.Configuration.GetSection("Logging"));
            builder.Services.AddRouting();
            builder.WebHost.UseKestrelCore();
            builder.WebHost.UseUrls($"{options.Url};{options.Dashboard}");
            // gRPC without TLS needs HTTP/2 from the first byte; browsers cannot.
            builder.WebHost.ConfigureKestrel(k => k.ConfigureEndpointDefaults(e => e.Protocols = OfDashboard(e) ? HttpProtocols.Http1 : HttpProtocols.Http2));
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(k => k.UseKdTls(k.ApplicationServices.GetRequiredService<SiloCertificates>(), options.Security.RequireClientCert));
            builder.WebHost.ConfigureKestrel(k => KestrelBounds.Apply(k.Limits));
            replace(builder.Services);
            builder.AddKdCluster(options);
            builder.AddKdExport();
            WebApplication app = builder.Build();
            app.UseKdSecurity();
            app.MapKdCluster();
            app.MapKdDashboard(options);
            foreach ((string setting, string what, string where) in ListeningCheck.Opened(options))
            {
                app.Services.GetRequiredService<ILogger<KdSilo>>().Open(setting, what, where);
            }

            await StartAsync(app, options, cancellationToken);
            KdSilo silo = new(app, home);
            app.Services.GetRequiredService<SelfEndpoint>().Listening(silo.Address);
            home.Publish(silo.Address);
            return silo;

            bool OfDashboard(ListenOptions endpoint) => options.Dashboard is { } url && endpoint.IPEndPoint?.Port == new Uri(url).Port;
        }
        catch
        {
            await home.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the process is asked to end (SIGINT, SIGTERM).</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) => _app.WaitForShutdownAsync(cancellationToken);

    /// <summary>Stops, once however often it is asked to: students stop at their next step with a checkpoint, teachers leave their devices, the store is flushed.</summary>
    public ValueTask DisposeAsync() => new(_stopped.Value);

    private async Task StopAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _home.DisposeAsync();
    }

    /// <summary>Other silos are told the address before the server listens, and the dashboard's port tells what is asked for: free ports are taken beforehand.</summary>
    private static KdClusterOptions Advertised(KdClusterOptions options) => options with
    {
        Url = options.Clustered ? WithPort(options.Url) : options.Url,
        Dashboard = options.Dashboard is { } dashboard ? WithPort(dashboard) : null,
    };

    private static string WithPort(string text)
    {
        UriBuilder url = new(text);
        if (url.Port != 0)
        {
            return text;
        }

        url.Port = FreePorts.Take(1)[0];
        return url.Uri.GetLeftPart(UriPartial.Authority);
    }

    private static async Task StartAsync(WebApplication app, KdClusterOptions options, CancellationToken cancellationToken)
    {
        string url = options.Url;
        try
        {
            if (options.Clustered)
            {
                await app.Services.GetRequiredService<CompatibilityCheck>().AgreeAsync(cancellationToken);
            }

            await app.StartAsync(cancellationToken);
        }
        catch (OrleansConfigurationException e)
        {
            await app.DisposeAsync();
            throw new KdException("KD1611", $"the silo cannot join a cluster: {e.Message}", options.Cluster, "Check the settings redis, cluster, silo-host and advertise (docs/settings.md).", e);
        }
        catch (IOException e)
        {
            await app.DisposeAsync();
            throw new KdException("KD1605", $"the silo cannot listen: {e.Message}", url, "Choose another --url; port 0 takes a free one.", e);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }
}
