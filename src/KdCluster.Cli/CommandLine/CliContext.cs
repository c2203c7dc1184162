using KdCluster.Cli.Output;

namespace KdCluster.Cli.CommandLine;

/// <summary>The world around a command, so that tests can give it another one.</summary>
internal sealed record CliContext
{
    /// <summary>Where it writes.</summary>
    public required Terminal Terminal { get; init; }

    /// <summary>What it reads.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>Its clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Environment variables by name.</summary>
    public Func<string, string?> Environment { get; init; } = _ => null;

    /// <summary>What relative paths are relative to.</summary>
    public string Directory { get; init; } = ".";

    /// <summary>What a user types to run this program: the launcher says how it was called.</summary>
    public string Program => Variable("KD_PROGRAM") ?? "kd";

    /// <summary>A variable that is set to something; null otherwise.</summary>
    public string? Variable(string name) => Environment(name) is { Length: > 0 } value ? value : null;

    /// <summary>A setting from the environment: the variable itself, else what the file holds that the variable with <c>_FILE</c> names, as secrets are handed to containers.</summary>
    /// <exception cref="KdException"><c>KD1902</c>: the file cannot be read.</exception>
    public string? Setting(string name)
    {
        if (Variable(name) is { } value || Variable(name + "_FILE") is not { } file)
            return Variable(name);
        try
        {
            return File.ReadAllText(At(file)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KdException("KD1902", $"the file of a setting cannot be read: {e.Message}", $"{name}_FILE", "Name a file that contains the setting's value, or give the value itself.", e);
        }
    }

    /// <summary>A path that a user gave, absolute.</summary>
    public string At(string path) => Path.GetFullPath(path, Path.GetFullPath(Directory));
}
