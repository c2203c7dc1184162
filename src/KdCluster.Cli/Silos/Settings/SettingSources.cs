using KdCluster.Cli.CommandLine;
using KdCluster.Cluster;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KdCluster.Cli.Silos;

/// <summary>Where a silo's settings come from: the command line beats the environment, which beats <c>appsettings.json</c>.</summary>
internal static class SettingSources
{
    public static readonly Option Config = new("config", "FILE", "Read settings from this file. Default: appsettings.json, if it exists");

    /// <summary>One option per setting.</summary>
    public static IReadOnlyDictionary<string, Option> Options { get; } = SiloSettings.All.ToDictionary(s => s.Name, AsOption);

    /// <summary>Reads them all; folders are absolute then.</summary>
    /// <param name="invocation">The command.</param>
    /// <param name="usual">What holds where nothing is said, if not what a silo in any host has.</param>
    /// <exception cref="KdException"><c>KD1606</c>, <c>KD1607</c>: wrong values; <c>KD1613</c>: the file cannot be read; <c>KD1902</c>: the file of one setting cannot be read.</exception>
    public static KdClusterOptions Read(Invocation invocation, Action<KdClusterOptions>? usual = null) => Read(invocation, _ => true, usual);

    /// <summary>Reads what holds for a silo inside a command: all but what <c>kd silo</c> alone takes.</summary>
    /// <inheritdoc cref="Read(Invocation, Action{KdClusterOptions})"/>
    public static KdClusterOptions ReadInside(Invocation invocation) => Read(invocation, s => !s.Lasting, null);

    /// <summary>Where a setting that <c>kd silo</c> alone takes is written all the same.</summary>
    public static IReadOnlyDictionary<string, string> Lasting(Invocation invocation)
    {
        IConfiguration sources = Sources(invocation);
        return SiloSettings.All.Where(s => s.Lasting && SettingsBinding.Value(sources, s) is not null).ToDictionary(s => s.Name, s => SettingPlaces.Find(sources, s.Key));
    }

    /// <summary>The value of one setting; null when nothing is said.</summary>
    public static string? Find(Invocation invocation, string name) => SettingsBinding.Value(Sources(invocation), SiloSettings.All.Single(s => s.Name == name));

    /// <summary>All sources, the strongest last.</summary>
    public static IConfigurationRoot Sources(Invocation invocation)
    {
        CliContext context = invocation.Context;
        string? named = invocation.Value(Config) ?? context.Variable("KD_CONFIG");
        string path = context.At(named ?? "appsettings.json");
        var builder = new ConfigurationBuilder();
        if (named is not null || File.Exists(path))
            builder.Add(new FileSource(path, named is not null));
        return builder.Add(new VariableSettings(context)).Add(new CommandLineSettings(invocation)).Build();
    }

    private static KdClusterOptions Read(Invocation invocation, Func<SiloSetting, bool> holds, Action<KdClusterOptions>? usual)
    {
        var services = new ServiceCollection();
        if (usual is not null)
            services.Configure(usual);
        IConfigurationRoot sources = Sources(invocation);
        services.AddKdClusterOptions(sources, holds).PostConfigure(o =>
        {
            o.Home = invocation.Context.At(o.Home);
            o.Shared = o.Shared is { } shared ? invocation.Context.At(shared) : null;
        });
        foreach (SiloSetting setting in SiloSettings.All.Where(s => s.Formerly is not null && holds(s) && sources[s.Key] == s.Formerly))
        {
            string place = SettingPlaces.Find(sources, setting.Key);
            string now = place.StartsWith("--", StringComparison.Ordinal) ? $"{place} alone" : "true";
            invocation.Terminal.Note($"Warning: {place} says \"{setting.Formerly}\". Write {now}: the next version refuses the words.");
        }

        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<KdClusterOptions>>().Value;
    }

    // Options that other commands have too stay theirs, so that both are one.
    private static Option AsOption(SiloSetting setting) =>
        CommonOptions.All.FirstOrDefault(o => o.Name == $"--{setting.Name}") ?? new Option(setting.Name, setting.Value, setting.Summary) { Formerly = setting.Formerly };

    private sealed class FileSource : JsonConfigurationSource
    {
        private readonly string _file;
        private readonly bool _named;

        public FileSource(string file, bool named)
        {
            (_file, _named, Path, Optional) = (file, named, file, false);
            ResolveFileProvider();
        }

        public override IConfigurationProvider Build(IConfigurationBuilder builder)
        {
            EnsureDefaults(builder);
            return new SettingsFile(this, _file, _named);
        }
    }
}
