using Microsoft.Extensions.Configuration;

namespace KdCluster.Cluster;

/// <summary>Where settings are written.</summary>
internal static class SettingPlaces
{
    /// <summary>The place of the value that holds, or of what stands below the key; the key itself where its provider names no place.</summary>
    public static string Find(IConfiguration configuration, string key) =>
        (configuration as IConfigurationRoot)?.Providers.Reverse().FirstOrDefault(p => Has(p, key)) is ISettingProvider provider ? provider.Where(key) : key;

    private static bool Has(IConfigurationProvider provider, string key) =>
        (provider.TryGet(key, out string? value) && !string.IsNullOrEmpty(value)) || provider.GetChildKeys([], key).Any();
}
