using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KdCluster.Tests.GrpcWire;

/// <summary>The probe service on free loopback ports: h2c and TLS.</summary>
public sealed class GrpcHost : IAsyncLifetime
{
    private WebApplication _app = null!;

    public string Address { get; private set; } = "";

    public string TlsAddress { get; private set; } = "";

    public ProbeState State => _app.Services.GetRequiredService<ProbeState>();

    public static async Task<WebApplication> StartAsync(Action<GrpcServiceOptions> configure, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(SelfSigned.Certificate);
            });
        });
        builder.Services.AddSingleton<ProbeState>();
        builder.Services.AddScoped<ProbeScope>();
        builder.Services.AddGrpc(configure);
        var app = builder.Build();
        app.MapGrpcService<ProbeService>();
        map?.Invoke(app);
        await app.StartAsync();
        return app;
    }

    public static string AddressOf(WebApplication app, string scheme)
        => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(address => address.StartsWith(scheme + "://", StringComparison.Ordinal));

    public GrpcChannel Channel(Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions();
        configure?.Invoke(options);
        return GrpcChannel.ForAddress(Address, options);
    }

    public async ValueTask InitializeAsync()
    {
        _app = await StartAsync(_ => { }, app => app.MapGet("/page", () => Microsoft.AspNetCore.Http.Results.Content("<html/>", "text/html")));
        Address = AddressOf(_app, "http");
        TlsAddress = AddressOf(_app, "https");
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
