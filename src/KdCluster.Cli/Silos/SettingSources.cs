using KdCluster.Cli.CommandLine;
using KdCluster.Cluster;
using Microsoft.Extensions.Configuration;
using Source = System.Func<KdCluster.Cluster.SiloSetting, (string? Value, string Where)>;

namespace KdCluster.Cli.Silos;

/// <summary>Where a silo's settings come from: the command line beats the environment, which beats <c>appsettings.json</c>.</summary>
internal static class SettingSources
{
    public static readonly Option Config = new("config", "FILE", "Read settings from this file. Default: appsettings.json, if it exists");

    /// <summary>One option per setting.</summary>
    public static IReadOnlyDictionary<string, Option> Options { get; } = SiloSettings.All.ToDictionary(s => s.Name, AsOption);

    /// <summary>Reads them all; folders are absolute then.</summary>
    /// <param name="invocation">The command.</param>
    /// <param name="options">What holds where nothing is said.</param>
    /// <exception cref="KdException"><c>KD1606</c>, <c>KD1607</c>: wrong values; <c>KD1613</c>: the file cannot be read.</exception>
    public static KdClusterOptions Read(Invocation invocation, KdClusterOptions options) => Absolute(invocation, SiloSettings.Read(options, Of(invocation)));

    /// <summary>Reads what holds for a silo inside a command: all but what <c>kd silo</c> alone takes.</summary>
    /// <inheritdoc cref="Read"/>
    public static KdClusterOptions ReadInside(Invocation invocation, KdClusterOptions options) => Absolute(
        invocation, SiloSettings.Read(options, [.. Of(invocation).Select<Source, Source>(source => setting => setting.Lasting ? (null, "") : source(setting))]));

    /// <summary>Where a setting that <c>kd silo</c> alone takes is written all the same.</summary>
    public static IReadOnlyDictionary<string, string> Lasting(Invocation invocation)
    {
        Source[] sources = Of(invocation);
        return SiloSettings.All.Where(s => s.Lasting).Select(s => (s.Name, sources.Select(source => source(s)).FirstOrDefault(found => !string.IsNullOrEmpty(found.Value)).Where))
            .Where(found => found.Where is not null).ToDictionary(found => found.Name, found => found.Where!);
    }

    /// <summary>The value of one setting; null when nothing is said.</summary>
    public static string? Find(Invocation invocation, string name)
    {
        SiloSetting setting = SiloSettings.All.Single(s => s.Name == name);
        return Of(invocation).Select(source => source(setting).Value).FirstOrDefault(value => !string.IsNullOrEmpty(value));
    }

    private static KdClusterOptions Absolute(Invocation invocation, KdClusterOptions options) => options with
    {
        Home = invocation.Context.At(options.Home),
        Shared = options.Shared is { } shared ? invocation.Context.At(shared) : null,
    };

    private static Source[] Of(Invocation invocation)
    {
        IConfiguration? file = File(invocation, out string? path);
        return [CommandLine, Environment, FromFile];

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
        CommonOptions.All.FirstOrDefault(o => o.Name == $"--{setting.Name}") ?? new Option(setting.Name, setting.Value, setting.Summary);

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
            throw new KdException("KD1613", $"the configuration cannot be read: {(e.InnerException ?? e).Message}", path, "Correct it, or name another file with --config.", e);
        }
    }
}
