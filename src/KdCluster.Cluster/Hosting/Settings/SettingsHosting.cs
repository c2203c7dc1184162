using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KdCluster.Cluster;

/// <summary>How a silo's settings enter a host.</summary>
public static class SettingsHosting
{
    /// <summary>Adds <see cref="KdClusterOptions"/>, filled from the section <c>KdCluster</c> of a configuration and checked at the host's start.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">All sources; <c>docs/settings.md</c> lists the keys.</param>
    /// <remarks>Mistakes are a <see cref="KdException"/> with all of them: <c>KD1606</c>, <c>KD1607</c>, <c>KD1404</c>.</remarks>
    public static OptionsBuilder<KdClusterOptions> AddKdClusterOptions(this IServiceCollection services, IConfiguration configuration) =>
        services.AddKdClusterOptions(configuration, _ => true);

    /// <summary>As the other, for some of the settings.</summary>
    internal static OptionsBuilder<KdClusterOptions> AddKdClusterOptions(this IServiceCollection services, IConfiguration configuration, Func<SiloSetting, bool> holds)
    {
        SettingsBinding binding = new(configuration, holds);
        services.AddSingleton<IConfigureOptions<KdClusterOptions>>(binding).AddSingleton<IValidateOptions<KdClusterOptions>>(binding);
        return services.AddOptions<KdClusterOptions>().ValidateOnStart();
    }
}
