namespace KdCluster.Cluster;

/// <summary>One setting of a silo: <c>--name</c> on the command line, <c>KD_NAME</c> in the environment, <c>KdCluster:Name</c> in <c>appsettings.json</c>.</summary>
/// <param name="Name">As on the command line, without the dashes.</param>
/// <param name="Value">What follows it, in capitals; null for a switch, whose value elsewhere is <c>true</c> or <c>false</c>.</param>
/// <param name="Summary">One line for the help.</param>
/// <param name="Apply">Puts a value into the options; throws <see cref="FormatException"/> with what a good value is.</param>
public sealed record SiloSetting(string Name, string? Value, string Summary, Action<KdClusterOptions, string> Apply)
{
    /// <summary>
    /// Whether <c>kd silo</c> alone takes it. The silo inside another command lasts as long as the command and listens on a free port of this machine, so that what
    /// says where a silo stands in a network is not for it; all else holds for both.
    /// </summary>
    public bool Lasting { get; init; }

    /// <summary>Whether it holds several values, with commas between; a file may have them as an array.</summary>
    public bool Several { get; init; }

    /// <summary>For a switch: the words that stood for <c>true</c> in version 0.1. They hold for one more version, with a warning.</summary>
    public string? Formerly { get; init; }

    /// <summary>Its environment variable.</summary>
    public string Variable => $"KD_{Name.Replace('-', '_').ToUpperInvariant()}";

    /// <summary>Its key in a configuration.</summary>
    public string Key => $"{SiloSettings.Section}:{string.Concat(Name.Split('-').Select(w => char.ToUpperInvariant(w[0]) + w[1..]))}";
}
