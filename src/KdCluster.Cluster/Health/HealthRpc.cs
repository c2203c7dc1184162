using Grpc.Core;
using KdCluster.Cluster.Reflection;
using KdCluster.Wire.Health.V1;
using Microsoft.Extensions.Hosting;
using static KdCluster.Wire.Health.V1.HealthCheckResponse.Types;

namespace KdCluster.Cluster.Health;

/// <summary>The standard health service: whether the process lives, and whether it should be sent work.</summary>
internal sealed class HealthRpc(SiloReadiness readiness, IHostApplicationLifetime lifetime, TimeProvider time) : Wire.Health.V1.Health.HealthBase
{
    public const string Liveness = "liveness";
    public const string Readiness = "readiness";

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private static readonly string[] s_names = ["", Liveness, Readiness, .. ServedProtos.Services.Select(s => s.FullName)];

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        ServingStatus status = Of(request.Service);
        return status == ServingStatus.ServiceUnknown
            ? throw new RpcException(new Status(StatusCode.NotFound, $"no service '{request.Service}' is served here."))
            : Task.FromResult(new HealthCheckResponse { Status = status });
    }

    public override Task<HealthListResponse> List(HealthListRequest request, ServerCallContext context)
    {
        HealthListResponse response = new();
        foreach (string name in s_names.Concat(readiness.Parts().Select(p => p.Part)))
        {
            response.Statuses[name] = new HealthCheckResponse { Status = Of(name) };
        }

        return Task.FromResult(response);
    }

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using PeriodicTimer timer = new(s_look, time);
        ServingStatus? told = null;
        try
        {
            do
            {
                told = await TellAsync(told);
            }
            while (await timer.WaitForNextTickAsync(end.Token));
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            await TellAsync(told);
        }

        async Task<ServingStatus> TellAsync(ServingStatus? before)
        {
            ServingStatus now = Of(request.Service);
            if (now != before)
            {
                await responseStream.WriteAsync(new HealthCheckResponse { Status = now });
            }

            return now;
        }
    }

    private ServingStatus Of(string service)
    {
        if (service == Liveness)
        {
            return ServingStatus.Serving;
        }

        if (Array.IndexOf(s_names, service) >= 0)
        {
            return Told(readiness.Ready);
        }

        // What the silo may have to do without: by its own name alone, so that nobody takes it for the silo.
        foreach ((string part, string? trouble) in readiness.Parts())
        {
            if (part == service)
            {
                return Told(trouble is null);
            }
        }

        return ServingStatus.ServiceUnknown;

        static ServingStatus Told(bool good) => good ? ServingStatus.Serving : ServingStatus.NotServing;
    }
}
