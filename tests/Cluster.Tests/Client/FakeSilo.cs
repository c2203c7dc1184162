using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using KdCluster.Client;
using KdCluster.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KdCluster.Tests.Client;

/// <summary>A run service without runs: what a client sends, and what it does when a silo goes, is seen here.</summary>
internal sealed class FakeSilo : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeSilo(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public Seen Log => _app.Services.GetRequiredService<Seen>();

    public static async Task<FakeSilo> StartAsync(X509Certificate2? certificate = null, X509Certificate2? clientsAuthority = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls(certificate is null ? "http://127.0.0.1:0" : "https://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.ConfigureEndpointDefaults(e =>
        {
            e.Protocols = HttpProtocols.Http2;
        }));
        builder.WebHost.ConfigureKestrel(k => k.ConfigureHttpsDefaults(h =>
        {
            h.ServerCertificate = certificate;
            if (clientsAuthority is not null)
            {
                h.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                h.ClientCertificateValidation = (client, _, _) => client.Issuer == clientsAuthority.Subject;
            }
        }));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Seen>();
        WebApplication app = builder.Build();
        app.MapGrpcService<FakeRuns>();
        await app.StartAsync();
        return new FakeSilo(app);
    }

    public async ValueTask DisposeAsync()
    {
        // A silo that is killed does not wait for its callers.
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    /// <summary>What came.</summary>
    internal sealed class Seen
    {
        private int _calls;

        public int Calls => _calls;

        public string? Authorization { get; set; }

        public TaskCompletionSource Watched { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Count() => Interlocked.Increment(ref _calls);
    }

    private sealed class FakeRuns(Seen seen) : RunService.RunServiceBase
    {
        public override Task<Run> Get(RunId request, ServerCallContext context)
        {
            seen.Count();
            seen.Authorization = context.RequestHeaders.GetValue("authorization");
            return request.Id == "none" ? throw new KdException("KD1306", "made up.").ToRpc() : Task.FromResult(new Run { Id = request.Id, Folder = context.Host });
        }

        public override Task<Run> Start(StartRunRequest request, ServerCallContext context) => Task.FromResult(new Run { Id = request.Id });

        public override async Task Watch(RunId request, IServerStreamWriter<Run> responseStream, ServerCallContext context)
        {
            seen.Count();
            await responseStream.WriteAsync(new Run { Id = request.Id, State = request.Id == "over" ? RunState.Succeeded : RunState.Running, Folder = context.Host });
            seen.Watched.TrySetResult();
            if (request.Id == "running")
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            }
        }
    }
}
