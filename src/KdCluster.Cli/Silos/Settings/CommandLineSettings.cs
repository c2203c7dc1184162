using KdCluster.Cli.CommandLine;
using KdCluster.Cluster;
using Microsoft.Extensions.Configuration;

namespace KdCluster.Cli.Silos;

/// <summary>Settings from the command line.</summary>
internal sealed class CommandLineSettings(Invocation invocation) : ConfigurationProvider, IConfigurationSource, ISettingProvider
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public override void Load()
    {
        foreach (SiloSetting setting in SiloSettings.All)
        {
            Option option = SettingSources.Options[setting.Name];
            if (invocation.Has(option))
                Data[setting.Key] = invocation.Value(option) ?? "true";
        }
    }

    public string Where(string key) => $"--{SiloSettings.All.First(s => s.Key == key).Name}";

    // The parser has told them.
    public IEnumerable<KdError> Mistakes() => [];
}
