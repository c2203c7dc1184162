using KdCluster.Recipes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace KdCluster.Cluster;

/// <summary>
/// Fills <see cref="KdClusterOptions"/> from a configuration by the table of settings. The framework's binder would stop at the first mistake, name no place,
/// pass over a key that nobody knows, and take 5 for five days where seconds are meant.
/// </summary>
/// <param name="configuration">The sources, from the weakest to the strongest.</param>
/// <param name="holds">The settings to take; others are passed over.</param>
internal sealed class SettingsBinding(IConfiguration configuration, Func<SiloSetting, bool> holds) : IConfigureOptions<KdClusterOptions>, IValidateOptions<KdClusterOptions>
{
    private readonly List<KdError> _errors = [];

    /// <summary>The value of one setting; null when nothing is said.</summary>
    /// <exception cref="FormatException">It is of another shape.</exception>
    public static string? Value(IConfiguration configuration, SiloSetting setting)
    {
        IConfigurationSection section = configuration.GetSection(setting.Key);
        if (!string.IsNullOrEmpty(section.Value))
        {
            return section.Value;
        }

        IConfigurationSection[] items = [.. section.GetChildren()];
        return items.Length == 0 ? null
            : setting.Several && Array.TrueForAll(items, i => i.Key.All(char.IsAsciiDigit)) ? string.Join(',', items.Select(i => i.Value))
            : throw new FormatException("it has one value, not several.");
    }

    public void Configure(KdClusterOptions options)
    {
        _errors.Clear();
        foreach (SiloSetting setting in SiloSettings.All.Where(holds))
        {
            try
            {
                if (Value(configuration, setting) is { } value)
                {
                    setting.Apply(options, value == setting.Formerly ? "true" : value);
                }
            }
            catch (FormatException e)
            {
                _errors.Add(new KdError("KD1606", $"a setting's value is wrong: {e.Message}", SettingPlaces.Find(configuration, setting.Key), $"{setting.Name}: {setting.Summary}."));
            }
            catch (KdException e)
            {
                _errors.AddRange(e.Errors);
            }
        }
    }

    /// <exception cref="KdException"><c>KD1606</c>: values that are wrong, names that no setting has; <c>KD1607</c>: settings that contradict each other; <c>KD1902</c>: a file cannot be read. All at once.</exception>
    public ValidateOptionsResult Validate(string? name, KdClusterOptions options)
    {
        KdError[] errors = [.. _errors, .. Unknown(), .. SiloSettingRules.Errors(options)];
        return errors.Length == 0 ? ValidateOptionsResult.Success : throw new KdException(errors);
    }

    private IEnumerable<KdError> Unknown()
    {
        foreach (IConfigurationSection section in configuration.GetSection(SiloSettings.Section).GetChildren())
        {
            if (!SiloSettings.All.Any(s => s.Key.Equals(section.Path, StringComparison.OrdinalIgnoreCase)))
            {
                string? near = NearestName.Of(section.Path, SiloSettings.All.Select(s => s.Key));
                yield return new KdError(
                    "KD1606", $"no setting is named {section.Key}.", SettingPlaces.Find(configuration, section.Path), near is null ? "docs/settings.md lists all settings." : $"Did you mean {near}?");
            }
        }

        foreach (KdError error in (configuration as IConfigurationRoot)?.Providers.OfType<ISettingProvider>().SelectMany(p => p.Mistakes()) ?? [])
        {
            yield return error;
        }
    }
}
