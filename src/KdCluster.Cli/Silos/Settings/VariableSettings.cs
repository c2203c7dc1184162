using System.Text.RegularExpressions;
using KdCluster.Cli.CommandLine;
using KdCluster.Cluster;
using KdCluster.Recipes;
using Microsoft.Extensions.Configuration;

namespace KdCluster.Cli.Silos;

/// <summary>Settings from the environment: the variable itself, else what the file holds that the variable with <c>_FILE</c> names, as secrets are handed to containers.</summary>
internal sealed partial class VariableSettings(CliContext context) : ConfigurationProvider, IConfigurationSource, ISettingProvider
{
    private const string Prefix = "KD_", Suffix = "_FILE";
    private static readonly HashSet<string> s_settings = [.. SiloSettings.All.Select(s => s.Variable)];

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public override void Load()
    {
        foreach (SiloSetting setting in SiloSettings.All)
        {
            if (context.Variable(setting.Variable) is { } value)
                Data[setting.Key] = value;
        }
    }

    // A file is read when its setting is asked for: a command that needs another one must not fail for it.
    /// <exception cref="KdException"><c>KD1902</c>: the file cannot be read.</exception>
    public override bool TryGet(string key, out string? value)
    {
        if (base.TryGet(key, out value))
            return true;
        if (FileOf(key) is not { } variable)
            return false;
        try
        {
            value = File.ReadAllText(context.At(context.Variable(variable)!)).Trim();
            return value.Length > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KdException("KD1902", $"the file of a setting cannot be read: {e.Message}", variable, "Name a file that contains the setting's value, or give the value itself.", e);
        }
    }

    public string Where(string key) => Data.ContainsKey(key) ? Setting(key).Variable : FileOf(key) ?? Setting(key).Variable;

    public IEnumerable<KdError> Mistakes()
    {
        foreach (string name in context.Environment.Keys.Order(StringComparer.Ordinal))
        {
            if (name.StartsWith("Kestrel__", StringComparison.OrdinalIgnoreCase))
                yield return SettingsFile.Kestrel(name);
            else if (name.StartsWith($"{SiloSettings.Section}__", StringComparison.OrdinalIgnoreCase))
                yield return Unknown(name, name[(SiloSettings.Section.Length + 2)..]);
            else if (name.StartsWith(Prefix, StringComparison.Ordinal) && !IsKnown(name) && !OfKubernetes().IsMatch(name))
                yield return Unknown(name, name[Prefix.Length..]);
        }
    }

    private static SiloSetting Setting(string key) => SiloSettings.All.First(s => s.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    private static bool IsKnown(string name) =>
        s_settings.Contains(name) || (name.EndsWith(Suffix, StringComparison.Ordinal) && s_settings.Contains(name[..^Suffix.Length])) || OtherVariables.Has(name);

    private static KdError Unknown(string name, string word)
    {
        string? near = NearestName.Of(word, SiloSettings.All.Select(s => s.Variable[Prefix.Length..]));
        return new KdError("KD1606", "no setting is named so.", name, near is null ? "docs/settings.md lists all settings. Unset it." : $"Did you mean {Prefix}{near}?");
    }

    // Kubernetes sets them in every pod for each service of its namespace, also for one that is named kd-something.
    [GeneratedRegex("_(SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$")]
    private static partial Regex OfKubernetes();

    private string? FileOf(string key)
    {
        SiloSetting? setting = SiloSettings.All.FirstOrDefault(s => s.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
        // Where there is a setting of its own for the file, the file is its business.
        return setting is null || s_settings.Contains(setting.Variable + Suffix) || context.Variable(setting.Variable + Suffix) is null ? null : setting.Variable + Suffix;
    }
}
