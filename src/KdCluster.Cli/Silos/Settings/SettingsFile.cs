using KdCluster.Cluster;
using KdCluster.Recipes;
using Microsoft.Extensions.Configuration.Json;

namespace KdCluster.Cli.Silos;

/// <summary>Settings from a file.</summary>
/// <param name="source">The file.</param>
/// <param name="path">Its path, for people.</param>
/// <param name="named">Whether somebody named it, and it was not merely found.</param>
internal sealed class SettingsFile(JsonConfigurationSource source, string path, bool named) : JsonConfigurationProvider(source), ISettingProvider
{
    // A client app's own may stand beside.
    private static readonly string[] s_sections = [SiloSettings.Section, "Logging", "KdClusterClient"];

    /// <summary>A section that would open ports.</summary>
    public static KdError Kestrel(string where) => new("KD1606", "a silo does not read the section Kestrel.", where, "Leave it away: url, dashboard and metrics say where a silo listens.");

    /// <exception cref="KdException"><c>KD1613</c>: the file cannot be read.</exception>
    public override void Load()
    {
        try
        {
            base.Load();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException or UnauthorizedAccessException)
        {
            throw new KdException("KD1613", $"the configuration cannot be read: {(e.InnerException ?? e).Message}", path, "Correct it, or name another file with --config.", e);
        }

        if (!named && !Sections().Any(s => Near(s) == SiloSettings.Section))
            Data.Clear();
    }

    public string Where(string key) => $"{path}, {key}";

    public IEnumerable<KdError> Mistakes()
    {
        foreach (string section in Sections().Where(s => !s_sections.Contains(s, StringComparer.OrdinalIgnoreCase)))
        {
            yield return section.Equals("Kestrel", StringComparison.OrdinalIgnoreCase)
                ? Kestrel(Where(section))
                : new KdError("KD1606", $"a silo has no section {section}.", Where(section), Near(section) is { } near ? $"Did you mean {near}?" : $"Settings of a silo are in {SiloSettings.Section}: docs/settings.md.");
        }
    }

    private static string? Near(string section) => NearestName.Of(section, s_sections);

    private IEnumerable<string> Sections() => GetChildKeys([], null).Distinct(StringComparer.OrdinalIgnoreCase);
}
