using KdCluster.Cli.CommandLine;
using KdCluster.Cluster;
using Microsoft.Extensions.Configuration;

namespace KdCluster.Cli.Silos;

/// <summary>Where a silo's settings come from: the command line beats the environment, which beats <c>appsettings.json</c>.</summary>
internal static class SettingSources
{
    public static readonly Option Config = new("config", "FILE", "Read settings from this file. Default: appsettings.json where there is one");

    /// <summary>One option per setting.</summary>
    public static IReadOnlyDictionary<string, Option> Options { get; } = SiloSettings.All.ToDictionary(s => s.Name, AsOption);

    /// <summary>Reads them all.</summary>
    /// <exception cref="KdException"><c>KD1606</c>, <c>KD1607</c>: wrong values; <c>KD1613</c>: the file cannot be read.</exception>
    public static KdClusterOptions Read(Invocation invocation, KdClusterOptions options)
    {
        IConfiguration? file = File(invocation, out string? path);
        return SiloSettings.Read(options, CommandLine, Environment, FromFile);

        (string?, string) CommandLine(SiloSetting setting) =>
            (setting.Value is null && invocation.Has(Options[setting.Name]) ? "true" : invocation.Value(Options[setting.Name]), $"--{setting.Name}");

        (string?, string) Environment(SiloSetting setting) => (
            // Where there is a setting of its own for the file, the file is its business.
            SiloSettings.All.Any(s => s.Name == $"{setting.Name}-file") ? invocation.Context.Variable(setting.Variable) : invocation.Context.Setting(setting.Variable),
            setting.Variable);

        (string?, string) FromFile(SiloSetting setting) => (file?[setting.Key], $"{path}, {setting.Key}");
    }

    // Options that other commands have too stay theirs, so that both are one.
    private static Option AsOption(SiloSetting setting) =>
        CommonOptions.All.FirstOrDefault(o => o.Name == setting.Name) ?? new Option(setting.Name, setting.Value, setting.Summary);

    private static IConfigurationRoot? File(Invocation invocation, out string? path)
    {
        string? named = invocation.Value(Config) ?? invocation.Context.Variable("KD_CONFIG");
        path = invocation.Context.At(named ?? "appsettings.json");
        if (named is null && !System.IO.File.Exists(path))
            return null;
        try
        {
            return new ConfigurationBuilder().AddJsonFile(path, optional: false).Build();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException or UnauthorizedAccessException)
        {
            throw new KdException("KD1613", $"the configuration cannot be read: {(e.InnerException ?? e).Message}", path, "Mend it, or name another one with --config.", e);
        }
    }
}
