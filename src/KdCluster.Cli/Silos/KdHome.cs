using KdCluster.Cli.CommandLine;

namespace KdCluster.Cli.Silos;

/// <summary>The folder in which a silo keeps runs, models, kept soft targets and its own state.</summary>
/// <param name="Folder">Absolute.</param>
internal sealed record KdHome(string Folder)
{
    /// <summary>Trained models, one folder per name.</summary>
    public string Models => Path.Combine(Folder, "models");

    /// <summary>Built-in data once extracted.</summary>
    public string Cache => Path.Combine(Folder, "cache");

    /// <summary>Where the live silo of this home says who it is.</summary>
    public string SiloFile => Path.Combine(Folder, "silo.json");

    /// <summary>The home of a silo with this command's settings: <c>--home</c>, else <c>KD_HOME</c>, else that of <c>appsettings.json</c>, else <c>./.kd</c>.</summary>
    public static KdHome Of(Invocation invocation) => new(invocation.Context.At(SettingSources.Find(invocation, "home") ?? ".kd"));

    /// <summary>The folder of a trained model.</summary>
    public string Model(string name) => Path.Combine(Models, name);
}
