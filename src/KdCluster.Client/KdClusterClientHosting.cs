using KdCluster.Client.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace KdCluster.Client;

/// <summary>How a client enters an app's services: one <see cref="KdClient"/> for the whole app, made when it is first asked for and disposed with the app.</summary>
public static class KdClusterClientHosting
{
    /// <summary>Adds a <see cref="KdClient"/> whose options come from configuration.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="section">
    /// A section with the names of <see cref="KdClientOptions"/>, such as <c>builder.Configuration.GetSection("KdClusterClient")</c>; in the environment that is
    /// <c>KdClusterClient__Addresses__0=http://10.0.0.7:5200</c>. A name that no option has is an error.
    /// </param>
    /// <remarks>Mistakes stop the app at its start, all at once, as <see cref="OptionsValidationException"/> with the text of <c>KD1340</c>. A <see cref="TimeProvider"/> among the services is the client's clock.</remarks>
    public static IServiceCollection AddKdClusterClient(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Add(services, options => options.Bind(section, binder => binder.ErrorOnUnknownConfiguration = true));
    }

    /// <summary>Adds a <see cref="KdClient"/> whose options are set in code.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Sets them.</param>
    /// <remarks>As <see cref="AddKdClusterClient(IServiceCollection, IConfiguration)"/>; called after it, this changes what the configuration says.</remarks>
    public static IServiceCollection AddKdClusterClient(this IServiceCollection services, Action<KdClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, options => options.Configure(configure));
    }

    private static IServiceCollection Add(IServiceCollection services, Action<OptionsBuilder<KdClientOptions>> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<KdClientOptions> options = services.AddOptions<KdClientOptions>();
        options.Configure<IServiceProvider>((o, s) => o.Time = s.GetService<TimeProvider>() ?? o.Time);
        configure(options);
        options.ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KdClientOptions>, OptionsCheck>());
        services.TryAddSingleton(s => new KdClient(s.GetRequiredService<IOptions<KdClientOptions>>().Value));
        return services;
    }
}
