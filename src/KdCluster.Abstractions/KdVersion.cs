using System.Reflection;

namespace KdCluster;

/// <summary>What is running, for people.</summary>
internal static class KdVersion
{
    /// <summary>This product's version.</summary>
    public static string Text { get; } = Of(typeof(KdVersion).Assembly);

    /// <summary>The assembly that provides Orleans, and its version.</summary>
    public static string Orleans { get; } = $"{typeof(Grain).Assembly.GetName().Name} {Of(typeof(Grain).Assembly)}";

    /// <summary>The version that an assembly names, without the commit that it was built from.</summary>
    public static string Of(Assembly assembly) =>
        (assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "?").Split('+', ' ')[0].TrimEnd('.');
}
