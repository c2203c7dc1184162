using KdCluster.Cluster.Devices;
using KdCluster.Cluster.Health;
using KdCluster.Cluster.Hosting;
using KdCluster.Cluster.Inference;
using KdCluster.Cluster.Runs;
using KdCluster.Cluster.Security;
using KdCluster.Cluster.Services;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Storage;
using KdCluster.Cluster.Teachers;
using KdCluster.Cluster.Telemetry;
using KdCluster.Cluster.Weightings;
using KdCluster.Learning.Torch;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;

namespace KdCluster.Cluster;

/// <summary>How KdCluster enters a host: the grains and what they decide over, then the services.</summary>
public static class KdClusterHosting
{
    /// <summary>Adds a silo: Orleans with KdCluster's grains, device workers, trainers, the soft-target store, and the gRPC services.</summary>
    /// <param name="builder">The host. Its server must speak HTTP/2.</param>
    /// <param name="options">How the silo runs.</param>
    /// <exception cref="KdException"><c>KD1206</c>: the device is absent.</exception>
    public static WebApplicationBuilder AddKdCluster(this WebApplicationBuilder builder, KdClusterOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        TorchRuntime.Initialize(options.TorchThreads);
        TorchRuntime.ParseDevice(options.Device);

        builder.Services.AddKdTelemetry(options);
        builder.UseOrleans(silo =>
        {
            OrleansClustering.Configure(silo, options);
            silo.AddActivityPropagation();
            silo.UseKdTls(options.Security);
            silo.UseKdDashboard(options);
            silo.AddGrainService<TrainerService>();
            silo.Services.AddGrainStorage(GrainStorage.Name, (_, _) => new FileGrainStorage(Path.Combine(options.SharedFolder, "grains")));
        });
        IServiceCollection services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<SelfEndpoint>();
        services.AddSingleton<SiloDrain>();
        services.AddSingleton<PeerClients>();
        services.AddSingleton<GrainRetry>();
        services.AddSingleton<OrleansCheck>();
        services.AddSingleton<IReadinessCheck>(s => s.GetRequiredService<OrleansCheck>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(s => s.GetRequiredService<OrleansCheck>());
        services.AddSingleton<StoreCheck>();
        services.AddSingleton<IDegradationCheck>(s => s.GetRequiredService<StoreCheck>());
        services.AddHostedService(s => s.GetRequiredService<StoreCheck>());
        services.AddSingleton<InferenceTeachers>();
        services.AddSingleton<StoppingInterceptor>();
        services.AddSingleton<Stores>();
        services.AddSingleton(s => s.GetRequiredService<Stores>().Own);
        services.AddSingleton<DeviceWorkers>();
        services.AddSingleton<TeacherRegistry>();
        services.AddSingleton<TeacherCallers>();
        services.AddSingleton<ReplicaSilos>();
        services.AddSingleton<TeacherDirectory>();
        services.AddSingleton<TeacherConnector>();
        services.AddSingleton<RecentData>();
        services.AddSingleton<RunMaterials>();
        services.AddSingleton<TrainedTeachers>();
        services.AddSingleton<RecipeChecks>();
        services.AddSingleton<RunContextFactory>();
        services.AddSingleton<RunContexts>();
        services.AddSingleton<PolicyGrains>();
        services.AddSingleton<PolicyQuestions>();
        services.AddSingleton<PolicySources>();
        services.AddSingleton<InstanceWeightsReader>();
        services.AddSingleton<RunFinder>();
        services.AddSingleton<RunReportWriter>();
        services.AddSingleton<RunDirector>();
        services.AddSingleton<TrainerSilos>();
        services.AddSingleton<TrainerServices>();
        services.TryAddSingleton<IStudentTraining, StudentTraining>();
        services.AddSingleton<TrainerPool>();
        services.AddHostedService(s => s.GetRequiredService<TrainerPool>());
        services.AddSingleton<SiloStatusBoard>();
        services.AddHostedService(s => s.GetRequiredService<SiloStatusBoard>());
        if (options.Clustered)
        {
            services.AddSingleton<CompatibilityCheck>();
            services.AddSingleton<RedisCheck>();
            services.AddSingleton<IDegradationCheck>(s => s.GetRequiredService<RedisCheck>());
            services.AddHostedService<RunRecovery>();
            services.AddHostedService<MembershipRepair>();
        }
        else
        {
            services.AddHostedService<OrphanedRuns>();
        }

        services.AddHostedService<DrainNotice>();
        services.AddKdHealth();
        services.AddGrpcReflection();
        services.AddKdSecurity(options);
        services.AddGrpc(grpc =>
        {
            (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (KestrelBounds.MessageBytes, KestrelBounds.MessageBytes);
            // Outermost: calls that another interceptor turns away are counted too.
            grpc.Interceptors.Add<TelemetryInterceptor>();
            grpc.Interceptors.Add<LimitInterceptor>();
            grpc.Interceptors.Add<StoppingInterceptor>();
        });
        return builder;
    }

    /// <summary>Serves what <see cref="AddKdCluster"/> added.</summary>
    public static IEndpointRouteBuilder MapKdCluster(this IEndpointRouteBuilder app)
    {
        app.MapGrpcService<TeacherRpc>();
        app.MapGrpcService<RunRpc>();
        app.MapGrpcService<ClusterRpc>();
        app.MapGrpcService<WeightingRpc>();
        app.MapGrpcService<InferenceRpc>();
        app.MapGrpcReflectionService().RequireAuthorization(nameof(Role.Observer));
        app.MapKdHealth();
        return app;
    }
}
